package org.googlenet.app.io;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.googlenet.preflight.Preflight;
import org.googlenet.preflight.PreflightCheck;

/** Shows the checks before a training, one line per check. */
public final class PreflightTable {

  private PreflightTable() {}

  public static void print(PrintWriter out, Preflight.Report report) {
    int where = width(report, 6, PreflightCheck::where);
    int what = width(report, 5, PreflightCheck::what);
    String row = "%-4s  %-" + what + "s  %-" + where + "s  %s%n";
    out.printf(row, "", "check", "where", "found");
    for (PreflightCheck check : report.checks()) {
      boolean passed = check.problem() == null;
      out.printf(
          row,
          passed ? "ok" : "FAIL",
          check.what(),
          check.where(),
          passed ? check.found() : check.problem());
    }
    out.flush();
  }

  private static int width(
      Preflight.Report report, int least, Function<PreflightCheck, String> column) {
    return report.checks().stream().map(column).mapToInt(String::length).reduce(least, Math::max);
  }

  /** The checks as JSON has them. */
  public static List<Map<String, Object>> json(Preflight.Report report) {
    List<Map<String, Object>> checks = new ArrayList<>();
    for (PreflightCheck check : report.checks()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("check", check.what());
      json.put("where", check.where());
      json.put("passed", check.problem() == null);
      json.put("found", check.found());
      json.put("problem", check.problem());
      checks.add(json);
    }
    return checks;
  }
}
