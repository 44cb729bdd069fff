/**
 * What executes a local step and a forward pass of a network.
 *
 * <p>{@link org.googlenet.engine.Engine} is for all who train or predict; {@link
 * org.googlenet.engine.Engines} chooses one for a machine and lends it to a task, and {@link
 * org.googlenet.engine.OneDnnEngine} trains a network of anybody's in place. {@link
 * org.googlenet.engine.HeadHealth} stands beside them: it reads what it needs off the flat gradient
 * that every engine has.
 *
 * <p>What is promised: the same parameters, momentum, batch, global step, dropout seed and number
 * of threads give the same bits on machines of one kind, whatever an engine did before; flat
 * vectors are in DL4J's order, as {@link org.googlenet.model.ParameterLayout} says it; and a
 * network that an engine does not know is refused by the name of the part, never computed wrongly.
 * The package knows networks, and nothing of data, recipes or Spark.
 */
package org.googlenet.engine;
