package org.googlenet.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.run.Step.Answer;
import org.googlenet.run.Step.Kind;
import org.googlenet.run.Step.Result;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Renaming;

/**
 * One run of a driver's real code up to its next call: the calls so far get the answers that they
 * got, and the next one stops it.
 */
final class Replay implements ObjectStore, Renaming, Driver.Journal {

  /** What a driver said it knows: a checkpoint acknowledged, or the run taken back to one. */
  record Note(boolean rewind, String rounds) {}

  /** Stops the driver's code where its next call is; nothing of the project catches an Error. */
  private static final class Stopped extends Error {

    private static final long serialVersionUID = 1L;

    Stopped() {
      super("stopped at the next call", null, false, false);
    }
  }

  /** Says that there is no such object, without the time that a stack trace takes. */
  private static final class NotThere extends FileNotFoundException {

    private static final long serialVersionUID = 1L;

    NotThere(String name) {
      super(name);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final boolean conditional;
  private final List<Answer> answers;
  private final List<Note> notes = new ArrayList<>();
  private final Stopped stopped = new Stopped();
  private int position;
  private Step next;
  private Throwable failure;

  private Replay(boolean conditional, List<Answer> answers) {
    this.conditional = conditional;
    this.answers = answers;
  }

  /**
   * Runs a driver.
   *
   * @param conditional whether the store can refuse a second create
   * @param answers to the calls before the next one
   */
  static Replay of(Driver driver, boolean conditional, List<Answer> answers) {
    Replay replay = new Replay(conditional, answers);
    try {
      driver.work(replay, replay.new StepClock(), replay);
    } catch (Stopped e) {
      return replay;
    } catch (Throwable e) {
      replay.failure = e;
    }
    if (replay.next == null && replay.position < answers.size()) {
      throw new IllegalStateException("the driver did not do the same again");
    }
    return replay;
  }

  /** The next call; null if the driver has ended. */
  Step next() {
    return next;
  }

  /** What the driver ended with, or null. */
  Throwable failure() {
    return failure;
  }

  /** What the driver said after the last of the answers. */
  List<Note> notes() {
    return notes;
  }

  @Override
  public void acknowledged(String rounds) {
    note(new Note(false, rounds));
  }

  @Override
  public void rewound(String rounds) {
    note(new Note(true, rounds));
  }

  private void note(Note note) {
    if (position == answers.size() && next == null) {
      notes.add(note);
    }
  }

  private Answer call(Kind kind, String name, String text) throws IOException {
    if (next != null) {
      throw stopped;
    }
    if (position == answers.size()) {
      next = new Step(kind, name, text);
      throw stopped;
    }
    Answer answer = answers.get(position++);
    if (answer.result() == Result.FAILED) {
      throw new IOException("the store does not answer");
    }
    return answer;
  }

  @Override
  public String location() {
    return "store";
  }

  @Override
  public InputStream read(String name) throws IOException {
    Answer answer = call(Kind.READ, name, "");
    if (answer.result() == Result.ABSENT) {
      throw new NotThere(name);
    }
    return new ByteArrayInputStream(answer.text().getBytes(ISO_8859_1));
  }

  @Override
  public InputStream readRange(String name, long offset, long length) {
    throw new UnsupportedOperationException("no driver of the model reads a range");
  }

  /** Where the store cannot refuse: look, write, wait, and see whose object is there. */
  @Override
  public void create(String name, Body body) throws IOException {
    String text = text(body);
    boolean ours;
    if (conditional) {
      boolean made = call(Kind.CREATE, name, text).result() == Result.DONE;
      ours = made || text.equals(call(Kind.READ, name, "").text());
    } else {
      Answer there = call(Kind.READ, name, "");
      if (there.result() == Result.ABSENT) {
        call(Kind.PUT, name, text);
        call(Kind.SETTLE, name, "");
        there = call(Kind.READ, name, "");
      }
      ours = text.equals(there.text());
    }
    if (!ours) {
      throw new FileAlreadyExistsException(name);
    }
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    call(Kind.OVERWRITE, name, text(body));
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    String names = call(Kind.LIST, prefix, "").text();
    return names.isEmpty() ? List.of() : names.lines().map(name -> new Entry(name, 0)).toList();
  }

  @Override
  public void delete(String name) throws IOException {
    call(Kind.DELETE, name, "");
  }

  @Override
  public boolean rename(String from, String to) throws IOException {
    return call(Kind.RENAME, from, to).result() == Result.DONE;
  }

  private static String text(Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    body.writeTo(out);
    return out.toString(ISO_8859_1);
  }

  private final class StepClock extends Clock {

    @Override
    public Instant instant() {
      try {
        return Instant.ofEpochMilli(Long.parseLong(call(Kind.CLOCK, "", "").text()));
      } catch (IOException e) {
        throw new IllegalStateException("a clock always answers", e);
      }
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
