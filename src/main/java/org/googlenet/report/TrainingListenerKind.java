package org.googlenet.report;

import org.googlenet.common.Named;

/**
 * A kind of training listener that a command line can ask for by its name ({@code train --listener
 * NAME}), found by {@link org.googlenet.common.NamedServices}.
 */
public interface TrainingListenerKind extends Named {

  /** A listener of one training, which is closed when the command ends. */
  TrainingListener make();
}
