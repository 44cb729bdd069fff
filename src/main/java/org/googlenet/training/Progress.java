package org.googlenet.training;

import java.util.Map;
import org.googlenet.averaging.TrainingState;
import org.googlenet.engine.EngineChoice;
import org.googlenet.run.Quarantine;

/**
 * The progress of a training between two rounds: the complete state, and everything that a
 * checkpoint of it says.
 *
 * @param engine that the state was trained with, or will be
 * @param metrics of the state's evaluation; empty if it was not evaluated
 * @param quarantine the records that the rounds so far have passed over
 */
record Progress(
    TrainingState state, EngineChoice engine, Map<String, Double> metrics, Quarantine quarantine) {}
