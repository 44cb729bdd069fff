package org.googlenet.recipe;

import java.util.List;
import java.util.stream.Collectors;
import org.googlenet.engine.EngineKind;

/** Names of engines: ours, and those that jars on the class path add. */
record EngineNames() implements ValueType<EngineKind> {

  @Override
  public EngineKind read(Node node) throws Refused {
    List<String> names = EngineKind.names();
    for (String name : names) {
      if (node.isText(name)) {
        return new EngineKind(name);
      }
    }
    throw new Refused(node.shown(), "must be one of " + String.join(", ", names));
  }

  @Override
  public Object write(EngineKind kind) {
    return kind.name();
  }

  @Override
  public String allowed() {
    return EngineKind.OURS.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
