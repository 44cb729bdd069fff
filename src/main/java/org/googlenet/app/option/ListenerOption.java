package org.googlenet.app.option;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.common.NamedServices;
import org.googlenet.report.Listeners;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.TrainingListenerKind;
import picocli.CommandLine.Option;

/**
 * The option {@code --listener} of training commands, which adds listeners from the class path by
 * name.
 */
public final class ListenerOption {

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description =
          "A further listener of the training, by the name that the jar has for it which brings it."
              + " Repeatable.")
  private List<String> names = List.of();

  /**
   * The listeners of a training.
   *
   * @param console the listener that every training has
   * @throws org.googlenet.common.LookUpProblem if there is no listener of a name
   */
  public Listeners with(TrainingListener console) {
    List<TrainingListener> all = new ArrayList<>();
    all.add(console);
    if (!names.isEmpty()) {
      NamedServices<TrainingListenerKind> kinds =
          NamedServices.of(TrainingListenerKind.class, "training listener");
      names.forEach(name -> all.add(kinds.get(name).make()));
    }
    return new Listeners(all);
  }
}
