package org.googlenet.engine.onednn;

import java.util.List;

/** The end of what is frozen: neither a frozen layer nor any node in front of it is trained. */
record FrozenNode(String name, String input) implements Node {

  @Override
  public List<String> inputs() {
    return List.of(input);
  }

  @Override
  public void forward(ForwardPass pass) {
    pass.keep(this, pass.input(this));
  }

  /** No gradient passes. */
  @Override
  public void backward(BackwardPass pass) {}
}
