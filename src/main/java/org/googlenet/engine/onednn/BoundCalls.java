package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.kernel.Call;
import org.googlenet.engine.onednn.kernel.Primitives;

/** Operations in their order, bound to the addresses of what they read and write. */
final class BoundCalls {

  private final List<Bound> calls;

  private record Bound(Operation operation, Call call) {

    Plan.Timing time(Plan.Pass pass) {
      long start = System.nanoTime();
      call.run();
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Plan.Timing(
          pass,
          operation.node(),
          operation.kernel().kind(),
          operation.kernel().implementation(),
          operation.result(),
          seconds);
    }
  }

  private BoundCalls(List<Bound> calls) {
    this.calls = calls;
  }

  /**
   * Binds operations.
   *
   * @throws IllegalArgumentException if an operand does not lie within the network's vector
   */
  static BoundCalls of(
      Collection<Operation> operations, Primitives primitives, ActivationMemory memory) {
    List<Bound> calls = new ArrayList<>();
    for (Operation operation : operations) {
      Map<Integer, Long> addresses = new HashMap<>();
      operation
          .operands()
          .forEach((argument, tensor) -> addresses.put(argument, memory.address(tensor)));
      calls.add(new Bound(operation, primitives.bind(operation.kernel(), addresses)));
    }
    return new BoundCalls(calls);
  }

  void run() {
    for (Bound bound : calls) {
      bound.call.run();
    }
  }

  /** Runs them once, and times each. */
  List<Plan.Timing> profile(Plan.Pass pass) {
    return calls.stream().map(call -> call.time(pass)).toList();
  }
}
