package org.googlenet.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.run.Drivers.driver;
import static org.googlenet.run.Drivers.flawed;
import static org.googlenet.run.Drivers.renewingRound;
import static org.googlenet.run.Drivers.restart;
import static org.googlenet.run.Drivers.rewindAfter;
import static org.googlenet.run.Drivers.roundWithRetry;
import static org.googlenet.run.Drivers.rounds;

import java.time.Clock;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.googlenet.run.Bounds.Loss;
import org.googlenet.run.Interleavings.Found;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever order drivers' calls come in, wherever one freezes or dies: no history mixes two
 * drivers' rounds, no acknowledged checkpoint is lost, no half of one is seen, and no run is taken
 * from a driver whose term is not over. {@code docs/storage.md} tells the schedules.
 */
class ProtocolTest {

  private static final Bounds REFUSING = Bounds.conditional(1);
  private static final Bounds SHORT = REFUSING.withSwitches(2);
  private static final Bounds SETTLING = Bounds.unconditional(1);

  /** What a driver says once that misses something is said here again and again. */
  @BeforeAll
  static void logNothing() {
    Configurator.setLevel(Lease.class.getName(), Level.OFF);
    Configurator.setLevel(Retention.class.getName(), Level.OFF);
  }

  @AfterAll
  static void logAgain() {
    Configurator.setLevel(Lease.class.getName(), Level.INFO);
    Configurator.setLevel(Retention.class.getName(), Level.INFO);
  }

  @Test
  void twoDriversCannotDisturbEachOther() {
    holds("two drivers", SHORT, driver("a", rounds(1)), driver("b", rounds(1)));
  }

  @Test
  void aDeletionThatComesLateDisturbsNobody() {
    holds("a late deletion", SHORT, driver("a", rounds(2)), driver("b", rounds(0)));
  }

  @Test
  void aRenewalThatComesLateDisturbsNobody() {
    holds("late renewals", SHORT, driver("a", renewingRound()), driver("b", renewingRound()));
  }

  @Test
  void twoDriversCannotDisturbEachOtherOnAStoreThatSettles() {
    holds(
        "a store that settles",
        SETTLING.withSwitches(2),
        driver("a", rounds(1)),
        driver("b", rounds(1)));
  }

  @Tag("slow")
  @Test
  void aClockThatIsAheadLosesNothing() {
    holds("a clock ahead", SHORT.withClocks(0, 9), driver("a", rounds(1)), driver("b", rounds(0)));
  }

  @Test
  void aClockThatIsBehindLosesNothing() {
    holds(
        "a clock behind", SHORT.withClocks(-9, 0), driver("a", rounds(1)), driver("b", rounds(0)));
  }

  @Test
  void aListingThatLagsBehindLosesNothing() {
    holds(
        "listings that lag",
        REFUSING,
        flawed("a", rounds(1), Drivers::lagging),
        flawed("b", rounds(1), Drivers::lagging));
  }

  @Tag("slow")
  @Test
  void aStoreThatDoesNotAnswerLosesNothing() {
    holds(
        "a lost answer",
        REFUSING.withSwitches(1).withFaults(1),
        driver("a", roundWithRetry()),
        driver("b", rounds(0)));
  }

  @Test
  void aRewindIsNotUndone() {
    holds("a rewind", SHORT, driver("a", rewindAfter(2)), driver("b", rounds(0)));
  }

  @Test
  void aRestartLosesNothing() {
    holds("a restart", SHORT, driver("a", rounds(1)), restart("b"));
  }

  @Tag("slow")
  @Test
  void aRestartByCopiesLosesNothing() {
    holds("a restart by copies", SHORT, driver("a", rounds(1)), Drivers.restartByCopies("b"));
  }

  @Test
  void aReleaseUnderALivingDriverMixesNothing() {
    holds(
        "a release",
        Bounds.conditional(0).releasing().withSwitches(1),
        driver("a", rounds(1)),
        Drivers.release("r"),
        driver("b", rounds(0)));
  }

  @Test
  void anyOneObjectMayDisappear() {
    holds(
        "one object lost",
        Bounds.conditional(0).withSwitches(1).losing(Loss.ANY_ONE),
        driver("a", rounds(1)),
        driver("b", rounds(1)));
  }

  @Test
  void theOldestObjectsMayDisappear() {
    holds(
        "the oldest lost",
        Bounds.conditional(0).withSwitches(1).losing(Loss.THE_OLDEST),
        driver("a", rounds(1)),
        driver("b", rounds(1)));
  }

  @Test
  void threeDriversCannotDisturbEachOther() {
    holds(
        "three drivers, one switch",
        REFUSING.withSwitches(1),
        driver("a", rounds(1)),
        driver("b", rounds(0)),
        driver("c", rounds(0)));
  }

  @Test
  void twoOwnersOfOneTermCannotMixTheirRoundsWhateverTheyLose() {
    holds(
        "two owners of a term",
        Bounds.unconditional(0).withoutSettling().withLessPromised(),
        driver("a", rounds(1)),
        driver("b", rounds(1)));
  }

  /** The same as above, in every order. */
  @Test
  @Tag("long")
  void everyOrderOfTwoDriversCalls() {
    holds("every order", REFUSING, driver("a", rounds(1)), driver("b", rounds(1)));
    holds("every order, late", REFUSING, driver("a", rounds(2)), driver("b", rounds(0)));
    holds(
        "every order, renewing",
        REFUSING,
        driver("a", renewingRound()),
        driver("b", renewingRound()));
    holds("every order, settling", SETTLING, driver("a", rounds(1)), driver("b", rounds(1)));
    holds("every order, restart", REFUSING, driver("a", rounds(1)), restart("b"));
    holds("every order, copies", REFUSING, driver("a", rounds(1)), Drivers.restartByCopies("b"));
    holds("every order, rewind", REFUSING, driver("a", rewindAfter(2)), driver("b", rounds(0)));
  }

  @Test
  @Tag("long")
  void losesWhileTheTimePasses() {
    for (Loss loss : List.of(Loss.ANY_ONE, Loss.THE_OLDEST)) {
      Bounds losing = Bounds.conditional(1).losing(loss);
      holds(
          "lost, time passes: " + loss,
          losing.withSwitches(1),
          driver("a", rounds(1)),
          driver("b", rounds(1)));
      holds(
          "lost, more rounds: " + loss,
          losing.withSwitches(0),
          driver("a", rounds(2)),
          driver("b", rounds(2)));
      holds(
          "lost, rewind: " + loss,
          losing.withSwitches(0),
          driver("a", rewindAfter(2)),
          driver("b", rounds(1)));
      holds(
          "lost, release: " + loss,
          Bounds.conditional(0).losing(loss).releasing().withSwitches(1),
          driver("a", rounds(1)),
          Drivers.release("r"),
          driver("b", rounds(0)));
    }
  }

  @Test
  @Tag("long")
  void twoDriversOfMoreRounds() {
    holds("more rounds", Bounds.conditional(2), driver("a", rounds(2)), driver("b", rounds(1)));
  }

  @Test
  @Tag("long")
  void moreRoundsOnAStoreThatSettles() {
    holds("more rounds, settling", SETTLING, driver("a", rounds(2)), driver("b", rounds(1)));
  }

  @Test
  @Tag("long")
  void moreRoundsOnAStoreThatDoesNotAnswer() {
    holds(
        "more rounds, a lost answer",
        REFUSING.withFaults(1),
        driver("a", roundWithRetry()),
        driver("b", rounds(1)));
  }

  @Test
  @Tag("long")
  void threeDriversOfARoundEach() {
    holds(
        "three drivers of a round",
        Bounds.conditional(2).withSwitches(1),
        driver("a", rounds(1)),
        driver("b", rounds(1)),
        driver("c", rounds(1)));
  }

  @Test
  @Tag("long")
  void threeDriversThatSwitchThreeTimes() {
    holds(
        "three drivers, three switches",
        Bounds.conditional(2).withSwitches(3),
        driver("a", rounds(1)),
        driver("b", rounds(0)),
        driver("c", rounds(0)));
  }

  @Test
  void acknowledgingWithoutALookAfterwardsIsCaught() {
    fails(
        "acknowledged",
        REFUSING,
        flawed("a", rounds(1), Flaws.LooksOnlyBefore::new),
        driver("b", rounds(1)));
  }

  @Test
  void neverLookingForANewerTermIsCaught() {
    fails(
        "acknowledged",
        REFUSING,
        flawed("a", rounds(2), Flaws.LooksAtNoTerm::new),
        driver("b", rounds(1)));
  }

  /** What a claim is for: without it the loss of a term lets an older driver write on. */
  @Test
  void aTermWithoutAClaimIsCaught() {
    fails(
        "acknowledged and lost",
        REFUSING.withSwitches(2).losing(Loss.ANY_ONE),
        driver("a", rounds(1)),
        flawed("b", rounds(1), Flaws.MakesNoClaim::new));
  }

  @Test
  void choosingBeforeClaimingIsCaught() {
    fails(
        "acknowledged and lost",
        REFUSING,
        driver("a", rounds(1)),
        flawed("b", rounds(1), Flaws.LooksBeforeItClaims::new));
  }

  @Tag("slow")
  @Test
  void takingTheHighestRoundIsCaught() {
    fails(
        "acknowledged and lost",
        REFUSING,
        driver("a", rewindAfter(3)),
        flawed("b", rounds(0), Flaws.TakesTheHighestRound::new));
  }

  @Test
  void takingOverWithoutALookAtTheDeadlineIsCaught() {
    Driver hasty =
        (store, clock, journal) ->
            driver("b", rounds(1))
                .work(store, Clock.offset(clock, Runs.LEASE.multipliedBy(5)), journal);
    fails("term 1 was taken before it was over", REFUSING, driver("a", rounds(1)), hasty);
  }

  @Test
  void deletingBlobsBeforeTheirManifestIsCaught() {
    fails(
        "half a checkpoint: 000001-0001",
        REFUSING,
        driver("a", Drivers.blobsBeforeManifests()),
        driver("b", rounds(1)));
  }

  @Test
  void aFreezeLongerThanTheSettlingTimeIsWhatRemains() {
    Found found =
        Interleavings.explore(
            SETTLING.withoutSettling(), driver("a", rounds(1)), driver("b", rounds(1)));
    assertThat(found.violation().orElseThrow()).contains("settle", "acknowledged");
  }

  private static void holds(String what, Bounds bounds, Driver... drivers) {
    Found found = Interleavings.explore(bounds, drivers);
    System.out.println(what + ": " + found);
    assertThat(found.violation()).isEmpty();
    assertThat(found.states()).isGreaterThan(1000);
  }

  private static void fails(String violation, Bounds bounds, Driver... drivers) {
    Found found = Interleavings.explore(bounds, drivers);
    assertThat(found.violation()).isPresent();
    assertThat(found.violation().get()).startsWith(violation);
  }
}
