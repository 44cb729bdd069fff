package org.googlenet.app.option;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.prepare.ClassList;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code --class-names} and {@code --classes}: the classes of a data set that is made. */
public final class ClassOptions {

  @Option(
      names = "--class-names",
      split = ",",
      paramLabel = "NAME",
      description =
          "The classes in the order of the labels. Without it, prepare and index take those of the data:"
              + " names, sorted, or numbers up to the largest (ILSVRC2012's tars have --synsets"
              + " instead); import takes those that the file names, or class 0, class 1 and so on.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "The same in a text file, one a line, so that names may have commas: a path or URI.")
  private String file;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  /**
   * The classes that were named; empty if none were.
   *
   * @throws org.googlenet.prepare.PrepareRefused if one is named twice, or is no name
   */
  public List<String> names(Stores stores) {
    if (file == null) {
      ClassList.requireUsable(names);
      return names;
    }
    if (!names.isEmpty()) {
      throw new CommandLine.ParameterException(
          command.commandLine(),
          "--classes, --class-names: both name the classes; give one of them");
    }
    return ClassList.in(stores, file);
  }
}
