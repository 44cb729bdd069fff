/**
 * The events of a training, and the listeners that show and record them.
 *
 * <p>The training publishes a {@link org.googlenet.report.TrainingEvent}; anyone may implement
 * {@link org.googlenet.report.TrainingListener}, and a {@link
 * org.googlenet.report.TrainingListenerKind} makes a listener available to the command line. A
 * listener cannot change a training: events are values, they arrive one after the other, and a
 * listener that throws is dropped and the training goes on.
 */
package org.googlenet.report;
