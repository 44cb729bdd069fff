package org.googlenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Locale;
import java.util.Random;
import org.googlenet.evaluation.Gate.Decision;
import org.junit.jupiter.api.Test;

class GateTest {

  /** Of 1,000 records: both right 500 times, then each alone so often, then both wrong. */
  private static Decision decide(Gate gate, int onlyChallenger, int onlyChampion) {
    Hits challenger = new Hits();
    Hits champion = new Hits();
    for (int i = 0; i < 1000; i++) {
      boolean isAlone = i >= 500 && i < 500 + onlyChallenger;
      boolean isOther = i >= 999 - onlyChampion && i < 999;
      challenger.add(i < 500 || isAlone);
      champion.add(i < 500 || isOther);
    }
    return gate.decide(challenger, champion);
  }

  @Test
  void aClearlyBetterChallengerPasses() {
    Decision decision = decide(new Gate(0, 0.05, null), 60, 20);

    assertThat(decision.isYes()).isTrue();
    assertThat(decision.difference()).isEqualTo(4.0);
    assertThat(decision.onlyChallenger()).isEqualTo(60);
    assertThat(decision.onlyChampion()).isEqualTo(20);
    assertThat(decision.p()).isEqualTo(McNemar.p(60, 20)).isLessThan(1e-5);
    assertThat(decision.reason())
        .isEqualTo(String.format(Locale.ROOT, "+4.00 points, and p is %.3g", decision.p()));
  }

  @Test
  void onlyRecordsThatWereReadForBothModelsCount() {
    Hits challenger = new Hits();
    Hits champion = new Hits();
    for (int i = 0; i < 98; i++) {
      challenger.add(true);
      champion.add(i % 2 == 0);
    }
    BitSet first = new BitSet();
    first.set(0, 2);
    challenger.insertUnread(first); // the two before all others
    BitSet last = new BitSet();
    last.set(98, 100);
    champion.insertUnread(last); // the two behind all others

    Decision decision = new Gate(0, 0.05, null).decide(challenger, champion);

    assertThat(challenger.countRead(champion)).isEqualTo(96);
    assertThat(decision.onlyChallenger()).isEqualTo(48);
    assertThat(decision.onlyChampion()).isZero();
    assertThat(decision.difference()).isEqualTo(50);
  }

  @Test
  void theMarginIsReachedByExactlyIt() {
    assertThat(decide(new Gate(4, 0.05, null), 60, 20).isYes()).isTrue();
    Decision decision = decide(new Gate(4.1, 0.05, null), 60, 20);
    assertThat(decision.isYes()).isFalse();
    assertThat(decision.reason())
        .isEqualTo("top-1 differs by +4.00 points from the champion's, at least +4.10 are wanted");
  }

  @Test
  void aDifferenceThatChanceExplainsIsNotEnough() {
    Decision decision = decide(new Gate(0, 0.05, null), 25, 20);

    assertThat(decision.isYes()).isFalse();
    assertThat(decision.reason())
        .startsWith("chance alone explains a difference of +0.50 points: p is 0.276, at most 0.05");
    assertThat(decide(new Gate(0, 1, null), 25, 20).isYes()).isTrue();
  }

  @Test
  void equalModelsAreNotBetter() {
    assertThat(decide(new Gate(0, 0.05, null), 0, 0).isYes()).isFalse();
    assertThat(decide(new Gate(0, 0.05, null), 0, 0).p()).isEqualTo(1);
    assertThat(decide(new Gate(0, 0.05, null), 200, 200).isYes()).isFalse();
  }

  @Test
  void ofTwoModelsAtMostOnePassesAgainstTheOther() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      int one = random.nextInt(200);
      int other = random.nextInt(200);
      double margin = random.nextInt(3);
      Gate gate = new Gate(margin, 0.05 + random.nextInt(5) / 10.0, null);
      Decision there = decide(gate, one, other);
      Decision back = decide(gate, other, one);
      assertThat(there.isYes() && back.isYes()).as("%d against %d", one, other).isFalse();
      assertThat(there.difference()).isEqualTo(-back.difference());
      assertThat(there.isYes())
          .isEqualTo(there.difference() >= margin && there.p() <= gate.significance());
    }
  }

  @Test
  void theFirstChampionIsHeldToAMinimum() {
    Hits hits = new Hits();
    for (int i = 0; i < 300; i++) {
      hits.add(i < 210);
    }
    Decision yes = new Gate(50, 0.05, 70.0).decideFirst(hits);
    assertThat(yes.isYes()).isTrue();
    assertThat(yes.p()).isNull();
    Decision no = new Gate(0, 0.05, 70.1).decideFirst(hits);
    assertThat(no.isYes()).isFalse();
    assertThat(no.reason())
        .isEqualTo("no champion yet; top-1 is 70.00%, at least 70.10% is wanted");
    assertThatThrownBy(() -> new Gate(0, 0.05, null).decideFirst(hits))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void modelsJudgedOnOtherRecordsCannotBeCompared() {
    Hits one = new Hits();
    one.add(true);
    assertThatThrownBy(() -> new Gate(0, 0.05, null).decide(one, new Hits()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rulesOutOfTheirRangeAreRefused() {
    for (double[] rule : new double[][] {{101, 0.05, 0}, {0, 0, 0}, {0, 1.1, 0}, {0, 0.05, 101}}) {
      assertThatThrownBy(() -> new Gate(rule[0], rule[1], rule[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Gate(Double.NaN, 0.05, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
