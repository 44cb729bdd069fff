package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.List;

/** Lists of {@linkplain LayerName names of layers}; a single name is a list of one. */
record LayerNames() implements ValueType<List<String>> {

  private static final ValueType<String> NAME = new LayerName();

  @Override
  public List<String> read(Node node) throws Refused {
    List<String> names = new ArrayList<>();
    for (Node each : node instanceof Node.Items items ? items.entries() : List.of(node)) {
      names.add(NAME.read(each));
    }
    return List.copyOf(names);
  }

  @Override
  public Object write(List<String> names) {
    return names;
  }

  @Override
  public String allowed() {
    return NAME.allowed() + ", one or a list";
  }
}
