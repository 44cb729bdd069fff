package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When an outage begins and ends, and what is said of it. */
class OutageTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Request READ = new Request(Verb.READ, "s3a://b", "s3a://b/x");
  private static final Request WRITE = new Request(Verb.WRITE, "s3a://b", "s3a://b/y");

  private final Outage outage = new Outage("s3a://b", Duration.ofMinutes(2), true);
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger = (Logger) LogManager.getLogger(Outage.class);
  private final AbstractAppender appender =
      new AbstractAppender("lines", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          lines.add(event.getMessage().getFormattedMessage());
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stop() {
    logger.removeAppender(appender);
  }

  @Test
  void aBlipIsNotSaid() {
    long now = System.nanoTime();
    fail(WRITE, now);
    outage.remind();
    outage.succeeded(WRITE);
    assertThat(lines).isEmpty();
  }

  @Test
  void itsBeginningAndItsEndAreSaidOnceForAllCalls() {
    long start = System.nanoTime() - 10 * SECOND;
    fail(WRITE, start);
    fail(WRITE, start);
    fail(READ, start);
    outage.remind();
    assertThat(lines)
        .singleElement()
        .asString()
        .matches("s3a://b/y: Slow Down; trying again until \\d\\d:\\d\\d:\\d\\d");
    outage.succeeded(READ);
    assertThat(lines).hasSize(1);
    outage.succeeded(WRITE);
    outage.succeeded(WRITE);
    assertThat(lines).hasSize(2).last().isEqualTo("s3a://b: answers again, after 10 s");
  }

  @Test
  void eachHalfMinuteItIsSaidAgain() {
    fail(WRITE, System.nanoTime() - 29_500 * SECOND / 1000);
    fail(WRITE, System.nanoTime());
    assertThat(lines).hasSize(1);
    Outage later = new Outage("s3a://b", Duration.ofMinutes(2), true);
    later.failed(WRITE, "s3a://b/y: Slow Down", System.nanoTime() - 40 * SECOND, 0);
    assertThat(lines).hasSize(2);
  }

  @Test
  void readsThatSucceedDoNotEndAnOutageOfWrites() {
    long start = System.nanoTime();
    long began = fail(WRITE, start);
    outage.succeeded(READ);
    assertThat(outage.isOn(WRITE)).isTrue();
    assertThat(outage.isOn(READ)).isFalse();
    assertThat(fail(WRITE, System.nanoTime())).isEqualTo(began);
  }

  @Test
  void whatFailsLongAfterwardsIsAnotherOutage() {
    long first = fail(WRITE, System.nanoTime() - 200 * SECOND);
    long second = outage.failed(WRITE, "s3a://b/y: no", 1, System.nanoTime() + 31 * SECOND);
    assertThat(second).isNotEqualTo(first).isEqualTo(1);
  }

  private long fail(Request request, long since) {
    return outage.failed(request, request.object() + ": Slow Down", since, since);
  }
}
