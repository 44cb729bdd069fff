package org.googlenet.report;

import org.googlenet.common.Named;

/**
 * A kind of training listener that the command line can select by its name ({@code train --listener
 * NAME}), found by {@link org.googlenet.common.NamedServices}.
 */
public interface TrainingListenerKind extends Named {

  /** Makes a listener for one training; it is closed when the command ends. */
  TrainingListener make();
}
