/**
 * Event files for TensorBoard: {@link org.googlenet.report.tensorboard.TensorBoard} writes them
 * into the run, from the training's events.
 *
 * <p>The formats are TensorFlow's: <a
 * href="https://github.com/tensorflow/tensorflow/blob/v2.16.1/tensorflow/core/util/event.proto">{@code
 * event.proto}</a> in the frames of TFRecord, and <a
 * href="https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/plugins/hparams/plugin_data.proto">{@code
 * plugin_data.proto}</a> of TensorBoard's plugin for hyperparameters.
 */
package org.googlenet.report.tensorboard;
