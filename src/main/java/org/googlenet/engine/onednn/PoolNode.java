package org.googlenet.engine.onednn;

import static org.googlenet.engine.onednn.kernel.Arguments.DESTINATION_GRADIENT;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Activation;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Pooling;

/**
 * A pool over a window, or over the whole map.
 *
 * <p>A ReLU in front of a max pool is undone behind the pool, on the smaller map: where the pool's
 * result is 0, no gradient passes, and elsewhere the largest value is positive.
 */
record PoolNode(String name, String input, WindowRule window, Pooling pooling) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    Value x = pass.input(this);
    x.requireMaps(name);
    pass.withWorkspace(
        this,
        pass.emit.pools.pool(
            x.tensor.layout(), window.on(x), pooling, pass.emit.type, pass.emit.training));
  }

  @Override
  public void backward(BackwardPass pass) {
    Value value = pass.value(this);
    Value x = pass.input(this);
    Tensor behind = pass.emit.to(pass.gradient(value), value.tensor.layout());
    if (pooling == Pooling.MAX && x.readers == 1 && pass.endsInRelu(x)) {
      behind = pass.undo(Activation.RELU, value.tensor, behind);
      x.activationUndone = true;
    }
    Kernel kernel =
        pass.emit.pools.poolBackward(x.tensor.layout(), window.on(x), pooling, value.kernel);
    Map<Integer, Tensor> operands = new HashMap<>();
    operands.put(DESTINATION_GRADIENT, behind);
    pass.withWorkspace(value, kernel, operands);
  }
}
