/**
 * The registry of promoted models: copies of models in folders named by their versions, the
 * promotions, of which the last names the champion, and the decisions of the gate.
 *
 * <p>{@link org.googlenet.registry.Models} reads such a folder and {@link
 * org.googlenet.registry.Promotion} adds to it; {@link org.googlenet.registry.SavedModel} finds a
 * model by any location, in the registry or in a run. Commands, evaluations and retrainings use it.
 *
 * <p>It promises that a promoted model stays as it was copied and verified, whatever becomes of its
 * run; that an interrupted promotion leaves the champion as it was and can be repeated; and that no
 * number of a promotion is used twice.
 */
package org.googlenet.registry;
