package org.googlenet.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.googlenet.common.Span;
import org.googlenet.profile.RoundTrace.TimedSpan;

/**
 * Writes a round in the Trace Event Format, which {@code chrome://tracing} and Perfetto open: the
 * driver, the workers and the threads that decode as processes, in them a track each.
 *
 * @see <a
 *     href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">the
 *     format</a>
 */
public final class ChromeTrace {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String WORKER = "worker";
  private static final int DRIVER = 1;
  private static final int WORKERS = 2;
  private static final int DECODING = 3;

  /** Of these the number is a part of the name; of others it counts records. */
  private static final Set<String> NUMBERED = Set.of(RoundTrace.ROUND, WORKER, "step");

  private final List<Map<String, Object>> events = new ArrayList<>();
  private final Map<Track, Integer> tracks = new LinkedHashMap<>();
  private final List<TimedSpan> workers;
  private final long driver;

  /** A row of the picture. */
  private record Track(int process, String name) {}

  private ChromeTrace(RoundTrace trace) {
    this.workers = trace.spans().stream().filter(span -> span.part().equals(WORKER)).toList();
    this.driver = trace.spans().get(0).thread();
  }

  /** The file's content: one line of JSON. */
  public static String of(RoundTrace trace) {
    ChromeTrace chrome = new ChromeTrace(trace);
    chrome.process(DRIVER, "driver");
    chrome.process(WORKERS, "workers");
    chrome.process(DECODING, "reading and decoding");
    chrome.workers.stream()
        .map(TimedSpan::number)
        .sorted()
        .forEach(worker -> chrome.number(new Track(WORKERS, WORKER + " " + worker)));
    trace.spans().forEach(chrome::add);
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("displayTimeUnit", "ms");
    file.put("traceEvents", chrome.events);
    try {
      return JSON.writeValueAsString(file);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a trace is made of plain values", e);
    }
  }

  private void process(int process, String name) {
    events.add(metadata("process_name", process, 0, Map.of("name", name)));
    events.add(metadata("process_sort_index", process, 0, Map.of("sort_index", process)));
  }

  private static Map<String, Object> metadata(
      String name, int process, int thread, Map<String, Object> arguments) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("name", name);
    event.put("ph", "M");
    event.put("pid", process);
    event.put("tid", thread);
    event.put("args", arguments);
    return event;
  }

  private void add(TimedSpan span) {
    Track track = track(span);
    boolean isNumbered = NUMBERED.contains(span.part());
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("name", isNumbered ? span.part() + " " + span.number() : span.part());
    event.put("cat", span.part());
    event.put("ph", "X");
    event.put("ts", span.start() / 1e3);
    event.put("dur", (span.end() - span.start()) / 1e3);
    event.put("pid", track.process);
    event.put("tid", number(track));
    if (span.number() != Span.NONE && !isNumbered) {
      event.put("args", Map.of("records", span.number()));
    }
    events.add(event);
  }

  /** What a worker's thread does while it trains is the worker's. */
  private Track track(TimedSpan span) {
    if (span.thread() == driver) {
      return new Track(DRIVER, "rounds");
    }
    if (span.thread() == Span.NONE) {
      return new Track(DRIVER, span.threadName());
    }
    return workers.stream()
        .filter(worker -> worker.contains(span))
        .findFirst()
        .map(worker -> new Track(WORKERS, WORKER + " " + worker.number()))
        .orElseGet(() -> new Track(DECODING, "thread " + span.thread()));
  }

  /** The track's number, in the order in which they are met; the first time it is named, too. */
  private int number(Track track) {
    Integer known = tracks.get(track);
    if (known != null) {
      return known;
    }
    int number = tracks.size() + 1;
    tracks.put(track, number);
    events.add(metadata("thread_name", track.process, number, Map.of("name", track.name)));
    return number;
  }
}
