package org.googlenet.common;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A stretch of a thread's time that has a name, for Java's flight recorder: nobody hears of it, and
 * it costs about a nanosecond, unless a recording asks for it.
 */
@Name(Span.EVENT)
@Label("Part of a training")
@Category("googlenet")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
public final class Span extends Event implements AutoCloseable {

  /** Its name in a recording. */
  public static final String EVENT = "googlenet.Span";

  /** The number of a part of which there is only one. */
  public static final int NONE = -1;

  @Label("Part")
  private final String part;

  @Label("Number")
  private final int number;

  private Span(String part, int number) {
    this.part = part;
    this.number = number;
  }

  /** Begins a part; closing it ends it. */
  public static Span of(String part) {
    return of(part, NONE);
  }

  /**
   * Begins a part that has a number.
   *
   * @param number that of the worker, the round or the step
   */
  public static Span of(String part, int number) {
    Span span = new Span(part, number);
    span.begin();
    return span;
  }

  @Override
  public void close() {
    commit();
  }
}
