package org.googlenet.engine;

import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Calls each public method of the engine's packages with wrong arguments, and on closed objects, in
 * a JVM that this may end; prints a line for each call that was not refused, and how many were
 * made.
 */
public final class WrongArguments {

  /** Parameters that may have any value, or are parts of a result or message. */
  private static final Set<String> ANY =
      Set.of(
          "OneDnnEngine.step(batch, globalStep, dropoutSeed) dropoutSeed",
          "OneDnnEngine.timedStep(batch, globalStep, dropoutSeed) dropoutSeed",
          "OneDnnEngine.gradient(batch, dropoutSeed) dropoutSeed",
          "Dl4jEngine.step(batch, globalStep, dropoutSeed) dropoutSeed",
          "EngineChoice.new(spec, instructions, plannedBytes, notes) plannedBytes",
          "OneDnnTrainer.evaluate(iterator, evaluations) evaluations",
          "UnsupportedNetwork.new(vertex, what) vertex",
          "UnsupportedNetwork.new(vertex, what) what",
          "RefusedShape.new(what) what",
          "OneDnnLibrary.new(instructions, problem) instructions",
          "OneDnnLibrary.new(instructions, problem) problem",
          "Plan.Timing.new(pass, node, kind, implementation, result, seconds) pass",
          "Plan.Timing.new(pass, node, kind, implementation, result, seconds) node",
          "Plan.Timing.new(pass, node, kind, implementation, result, seconds) kind",
          "Plan.Timing.new(pass, node, kind, implementation, result, seconds) implementation",
          "Plan.Timing.new(pass, node, kind, implementation, result, seconds) result",
          "Kernel.takes(argument) argument");

  /** What a closed object still tells of itself. */
  private static final Set<String> OF_ITSELF =
      Set.of(
          "close",
          "done",
          "name",
          "layout",
          "heads",
          "parameters",
          "batch",
          "bytes",
          "classes",
          "keep",
          "keptShape",
          "logits",
          "kind",
          "lossWeight",
          "maskValues",
          "masks",
          "shape",
          "takes");

  private final Samples samples = new Samples();
  private final Map<Class<?>, Object> open = new HashMap<>();
  private int calls;

  private WrongArguments() {}

  /** Tries all of them. */
  public static void main(String[] none) {
    NativeThreads.use(1);
    WrongArguments trial = new WrongArguments();
    for (Executable executable : PublicMethods.all()) {
      trial.giveWrong(executable);
      trial.callOnClosed(executable);
    }
    System.out.println(trial.calls + " calls");
  }

  private void giveWrong(Executable executable) {
    Parameter[] parameters = executable.getParameters();
    Object[] right =
        Arrays.stream(parameters).map(Parameter::getType).map(samples::right).toArray();
    for (int i = 0; i < parameters.length; i++) {
      String name = PublicMethods.name(executable) + " " + parameters[i].getName();
      for (Object wrong : Samples.wrong(parameters[i].getType())) {
        if (!ANY.contains(name)) {
          Object[] arguments = right.clone();
          arguments[i] = wrong;
          demandRefusal(name + " = " + text(wrong), executable, receiver(executable), arguments);
        }
      }
    }
  }

  private void callOnClosed(Executable executable) {
    if (!(executable instanceof java.lang.reflect.Method)
        || Modifier.isStatic(executable.getModifiers())
        || OF_ITSELF.contains(executable.getName())
        || !Samples.canBeClosed(executable.getDeclaringClass())) {
      return;
    }
    Object[] right = Arrays.stream(executable.getParameterTypes()).map(samples::right).toArray();
    demandRefusal(
        PublicMethods.name(executable) + " after close",
        executable,
        samples.closed(executable.getDeclaringClass()),
        right);
  }

  private Object receiver(Executable executable) {
    return executable instanceof java.lang.reflect.Method
            && !Modifier.isStatic(executable.getModifiers())
        ? open.computeIfAbsent(executable.getDeclaringClass(), samples::right)
        : null;
  }

  private void demandRefusal(String call, Executable executable, Object on, Object... arguments) {
    calls++;
    try {
      PublicMethods.call(executable, on, arguments);
      System.out.println("accepted: " + call);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof RuntimeException)) {
        System.out.println("ended by " + e.getCause() + ": " + call);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(call, e);
    }
  }

  private static String text(Object value) {
    if (value instanceof float[] floats) {
      return floats.length + " floats";
    }
    return value instanceof long[] longs ? Arrays.toString(longs) : String.valueOf(value);
  }
}
