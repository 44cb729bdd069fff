/**
 * Engines, which execute local steps and forward passes of a network.
 *
 * <p>{@link org.googlenet.engine.Engine} is for all code that trains or predicts; {@link
 * org.googlenet.engine.Engines} chooses one for a machine and lends it to a task, and {@link
 * org.googlenet.engine.OneDnnEngine} can also train an existing network in place. {@link
 * org.googlenet.engine.OneDnnTrainer} trains any network of DL4J's as its own {@code fit} does,
 * from DL4J's own iterators. {@link org.googlenet.engine.HeadHealth} works with any of them: it
 * needs only the flat gradient.
 *
 * <p>The package promises that the same parameters, momentum, batch, global step, dropout seed and
 * number of threads give the same bits on machines of one kind, whatever an engine did before; that
 * flat vectors are in DL4J's order, as {@link org.googlenet.model.ParameterLayout} describes it;
 * and that a network with a part that an engine does not know is refused by that part's name, never
 * computed wrongly. It knows networks, and nothing of data, recipes or Spark.
 */
package org.googlenet.engine;
