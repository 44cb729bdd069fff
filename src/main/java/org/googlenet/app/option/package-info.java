/**
 * Options that several commands share, as picocli mixins, with the checks of their values.
 *
 * <p>It is for the commands in {@code app}. A value out of range is a picocli {@code
 * ParameterException} that names option and range, and the program ends with code 2. What the value
 * leads to (an engine, a gate, a recipe, a wait) is made here, so that all commands read it in the
 * same way.
 */
package org.googlenet.app.option;
