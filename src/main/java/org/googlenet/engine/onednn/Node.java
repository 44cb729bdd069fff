package org.googlenet.engine.onednn;

import java.util.List;
import org.googlenet.engine.onednn.Primitives.Normalisation;
import org.googlenet.engine.onednn.Primitives.Pooling;
import org.googlenet.engine.onednn.Primitives.Window;

/** One operation of a network as a plan sees it: what it reads, and where its parameters are. */
sealed interface Node {

  /** The name of its vertex in the configuration. */
  String name();

  /** Names of the nodes that it reads. */
  List<String> inputs();

  /** Calls the visitor's method for its kind. */
  void accept(Visitor visitor);

  /** What a pass does with each kind of node; a pass that lacks a kind does not compile. */
  interface Visitor {

    void input(Input node);

    void convolution(Convolution node);

    void pool(Pool node);

    void globalPool(GlobalPool node);

    void lrn(Lrn node);

    void merge(Merge node);

    void dropout(Dropout node);

    void dense(Dense node);

    void output(Output node);
  }

  /**
   * Where a layer's parameters lie in the flat vector, counted in values.
   *
   * @param weights of the weights, in the order out, in, rows, columns
   * @param bias of the bias
   */
  record Parameters(long weights, long bias) {}

  /** The images, {@code [n, c, h, w]} in fp32. */
  record Input(String name) implements Node {
    @Override
    public List<String> inputs() {
      return List.of();
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.input(this);
    }
  }

  /** A convolution with bias, optionally with ReLU. */
  record Convolution(
      String name, String input, long out, Window window, boolean relu, Parameters parameters)
      implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.convolution(this);
    }
  }

  /** A pool over a window. */
  record Pool(String name, String input, Window window, Pooling pooling) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.pool(this);
    }
  }

  /** A pool over the whole map. */
  record GlobalPool(String name, String input, Pooling pooling) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.globalPool(this);
    }
  }

  /** Local response normalisation across channels. */
  record Lrn(String name, String input, Normalisation normalisation) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.lrn(this);
    }
  }

  /** Concatenation by channel. */
  record Merge(String name, List<String> inputs) implements Node {
    @Override
    public void accept(Visitor visitor) {
      visitor.merge(this);
    }
  }

  /** Dropout; {@code keep} is the probability to keep a value. */
  record Dropout(String name, String input, double keep) implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.dropout(this);
    }
  }

  /** A fully connected layer with bias, optionally with ReLU. */
  record Dense(String name, String input, long out, boolean relu, Parameters parameters)
      implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.dense(this);
    }
  }

  /** A fully connected layer whose results are the logits of a weighted softmax cross entropy. */
  record Output(String name, String input, long out, double weight, Parameters parameters)
      implements Node {
    @Override
    public List<String> inputs() {
      return List.of(input);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.output(this);
    }
  }

  /** Whether its own kernel applies ReLU to its result. */
  default boolean relu() {
    return false;
  }
}
