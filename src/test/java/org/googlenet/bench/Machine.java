package org.googlenet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.Precision;
import org.googlenet.engine.onednn.OneDnnLibrary;

/** What a benchmark says about the machine and the software that it runs on. */
final class Machine {

  private static final OneDnnLibrary LIBRARY = OneDnnLibrary.find();

  private Machine() {}

  static boolean hasOneDnn() {
    return LIBRARY.isThere();
  }

  /** bf16 only where the hardware has it. */
  static List<Precision> precisions() {
    return LIBRARY.hasBf16() ? List.of(Precision.FP32, Precision.BF16) : List.of(Precision.FP32);
  }

  /** Processor, instruction set and Java, for the head of a table. */
  static Map<String, Object> setting() {
    Map<String, Object> setting = new LinkedHashMap<>();
    setting.put("processor", processor());
    setting.put("instructions", LIBRARY.isThere() ? LIBRARY.instructions() : LIBRARY.problem());
    setting.put("java", System.getProperty("java.vm.version"));
    return setting;
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
