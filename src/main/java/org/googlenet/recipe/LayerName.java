package org.googlenet.recipe;

import org.googlenet.model.Parts;

/** Names of the network's layers, one by one or together. */
record LayerName() implements ValueType<String> {

  @Override
  public String read(Node node) throws Refused {
    String name = node.text().orElse("");
    if (Parts.find(name).isEmpty()) {
      throw new Refused(node.shown(), "must be " + Parts.allowed(name));
    }
    return name;
  }

  @Override
  public Object write(String name) {
    return name;
  }

  @Override
  public String allowed() {
    return "[names of layers](fine-tuning.md#names)";
  }
}
