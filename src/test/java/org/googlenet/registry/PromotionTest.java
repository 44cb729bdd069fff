package org.googlenet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.LeaseWait;
import org.googlenet.run.Runs;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A promotion is there as a whole or not at all, and of two one is the last. */
class PromotionTest extends PromotionFixture {

  @Test
  void aModelIsCopiedWithoutItsMomentumAndNamed() throws IOException {
    Promotion promotion = promote(source(4), store, "first");

    assertThat(promotion.isCopied()).isTrue();
    assertThat(promotion.hasCardAsAsked()).isTrue();
    assertThat(promotion.isNamed()).isTrue();
    assertThat(Runs.names(store, ""))
        .containsExactly(
            "champion/0001.claim.json",
            "champion/0001.json",
            OLD + "/MODEL_CARD.md",
            OLD + "/manifest.json",
            OLD + "/model.zip");
    assertThat(text("champion/0001.claim.json")).isEqualTo(text("champion/0001.json"));
    assertThat(text("champion/0001.json"))
        .isEqualToIgnoringWhitespace(
            """
            {"number": 1, "version": "memory-000004-0001", "created": 1767225600000,
             "by": "me@here", "note": "first", "metrics": {"top1": 0.04}}
            """);
    assertThat(text(OLD + "/manifest.json"))
        .contains("\"run\" : \"memory\"", "\"checkpoint\" : \"000004-0001\"", "\"top1\" : 0.04");
    SavedModel champion = models.champion();
    assertThat(champion.version()).isEqualTo(OLD);
    assertThat(champion.blobs().bytes("model.zip")).asString(UTF_8).isEqualTo("model of round 4");
    assertThat(champion.blobs().has("momentum.bin")).isFalse();
  }

  @Test
  void theSamePromotionAgainMakesNeitherACopyNorAnEntry() throws IOException {
    Promotion first = promote(source(4), store, "");
    List<String> names = Runs.names(store, "");
    clock.pass(Duration.ofHours(1));

    Promotion again = promote(source(4), store, "once more");

    assertThat(again.isCopied()).isFalse();
    assertThat(again.isNamed()).isFalse();
    assertThat(again.champion()).isEqualTo(first.champion());
    assertThat(Runs.names(store, "")).isEqualTo(names);
  }

  @Test
  void theCardIsVerifiedAsTheModelIs() throws IOException {
    promote(source(4), store, "");
    assertThat(models.champion().blobs().bytes(Models.CARD))
        .asString(UTF_8)
        .isEqualTo(OLD + " of 000004-0001");

    store.overwrite(OLD + "/" + Models.CARD, Runs.body("better than it is"));

    assertThat(models.champion().blobs().defect()).get().asString().startsWith(Models.CARD);
  }

  @Test
  void aModelThatIsCopiedOnKeepsItsCard() throws IOException {
    promote(source(4), store, "");
    ObjectStore production = new MemoryStore();

    Promotion on = promote(models.champion(), production, "spring", "");

    assertThat(on.isCopied()).isTrue();
    assertThat(on.hasCardAsAsked()).isFalse();

    assertThat(new Models(production).champion().blobs().bytes(Models.CARD))
        .isEqualTo(models.champion().blobs().bytes(Models.CARD));
  }

  @Test
  void theCardOfAPromotionThatBrokeOffIsTakenAsItIs() throws IOException {
    store.create(OLD + "/model.zip", source(4).blobs().body("model.zip"));
    store.create(OLD + "/" + Models.CARD, Runs.body("written before the gate decided again"));

    Promotion promotion = promote(source(4), store, "");

    assertThat(promotion.hasCardAsAsked()).isFalse();
    assertThat(models.champion().blobs().defect()).isEmpty();
    assertThat(text(OLD + "/" + Models.CARD)).isEqualTo("written before the gate decided again");
  }

  @Test
  void aModelOfAVersionWithoutCardsIsPromotedAgainAsItIs() throws IOException {
    promote(source(4), store, "");
    promote(source(8), store, "");
    String manifest = text(OLD + "/manifest.json");
    store.overwrite(
        OLD + "/manifest.json",
        Runs.body(manifest.replaceFirst("(?s)\"MODEL_CARD.md\" : \\{.*?\\},", "")));
    store.delete(OLD + "/" + Models.CARD);

    Promotion back = promote(source(4), store, "back");

    assertThat(back.isCopied()).isFalse();
    assertThat(models.champion().version()).isEqualTo(OLD);
    assertThat(models.champion().blobs().has(Models.CARD)).isFalse();
  }

  @Test
  void rollingBackIsANewEntryOfAnOldModel() throws IOException {
    promote(source(4), store, "");
    promote(source(8), store, "");

    Promotion back = promote(models.find(OLD).orElseThrow(), store, "worse than before");

    assertThat(back.isCopied()).isFalse();
    assertThat(back.champion().number()).isEqualTo(3);
    assertThat(models.champion().version()).isEqualTo(OLD);
    assertThat(models.promotions()).extracting(Champion::version).containsExactly(OLD, NEW, OLD);
    assertThat(Runs.names(store, OLD)).hasSize(3);
  }

  @Test
  void aModelIsCopiedFromOneFolderOfModelsToAnother() throws IOException {
    promote(source(4), store, "");
    ObjectStore production = new MemoryStore();

    promote(models.champion(), production, "");

    SavedModel champion = new Models(production).champion();
    assertThat(champion.version()).isEqualTo(OLD);
    assertThat(champion.checkpoint()).hasToString("000004-0001");
    assertThat(champion.blobs().defect()).isEmpty();
  }

  /** The promoting process is killed at each of its calls, before or after the store did it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCrashAnywhereLeavesOneWholeChampionAndTheSameCommandThenSucceeds(boolean done)
      throws IOException {
    int calls = 0;
    boolean crashed = true;
    while (crashed) {
      ObjectStore folder = new MemoryStore();
      Models seen = new Models(folder);
      promote(source(4), folder, "");
      try {
        promote(source(8), new Dying(folder, calls, done), "");
        crashed = false;
      } catch (Dying.Killed e) {
        boolean named = seen.promotions().size() == 2;
        assertThat(seen.champion().version()).isEqualTo(named ? NEW : OLD);
        assertThat(seen.champion().blobs().defect()).isEmpty();
        Optional<SavedModel> copy = seen.find(NEW);
        assertThat(copy.isEmpty() || copy.get().blobs().defect().isEmpty()).isTrue();
      }
      promote(source(8), folder, "");
      assertThat(seen.champion().version()).isEqualTo(NEW);
      assertThat(seen.promotions()).extracting(Champion::version).containsExactly(OLD, NEW);
      assertThat(Runs.names(folder, NEW)).hasSize(3);
      calls++;
    }
    assertThat(calls).as("calls of a promotion").isGreaterThan(5);
  }

  @Test
  void promotionsAtOnceGetANumberEach(@TempDir Path temporary) throws Exception {
    ObjectStore folder = new Stores(Map.of()).open(temporary.toString());
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Promotion> promotions = new ArrayList<>();
    try {
      List<Future<Promotion>> all = new ArrayList<>();
      for (int round = 4; round <= 12; round += 4) {
        SavedModel source = source(round);
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return promote(source, folder, "");
                }));
      }
      start.countDown();
      for (Future<Promotion> one : all) {
        promotions.add(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(promotions)
        .extracting(promotion -> promotion.champion().number())
        .containsExactlyInAnyOrder(1, 2, 3);
    assertThat(new Models(folder).promotions())
        .extracting(Champion::version)
        .containsExactlyInAnyOrder(OLD, NEW, "memory-000012-0001");
    for (Promotion promotion : promotions) {
      assertThat(promotion.model().blobs().defect()).isEmpty();
    }
  }

  @Test
  void aNumberThatAnotherPromotionTookIsNotTakenFromIt() throws IOException {
    Promotion late = promote(source(8), new Overtaken(store, () -> promote(source(4), store, "")));

    assertThat(late.champion().number()).isEqualTo(2);
    assertThat(models.promotions()).extracting(Champion::version).containsExactly(OLD, NEW);
  }

  @Test
  void twoPromotionsOfOneModelAtOnceMakeOneEntry() throws IOException {
    Promotion late =
        promote(source(4), new Overtaken(store, () -> promote(source(4), store, "quicker")));

    assertThat(late.isNamed()).isFalse();
    assertThat(late.champion().note()).isEqualTo("quicker");
    assertThat(models.promotions()).hasSize(1);
  }

  @Test
  void aCopyThatIsNotWhatWasWrittenIsNotNamed() throws IOException {
    ObjectStore spoiling =
        new ForwardingStore(store) {
          @Override
          public void create(String name, Body body) throws IOException {
            super.create(name, name.endsWith(".zip") ? Runs.body("spoilt") : body);
          }
        };

    assertThatThrownBy(() -> promote(source(4), spoiling, ""))
        .isInstanceOf(CheckpointProblem.class)
        .hasMessageContainingAll("memory/" + OLD, "model.zip has 6 bytes");
    assertThat(models.isEmpty()).isTrue();
    assertThat(models.find(OLD)).isEmpty();
  }

  @Test
  void aListingThatLagsBehindHidesNoPromotion() throws IOException {
    promote(source(4), store, "");
    promote(source(8), store, "");
    ObjectStore lagging =
        new ForwardingStore(store) {
          @Override
          public List<Entry> list(String prefix) {
            return List.of();
          }
        };
    assertThat(new Models(lagging).champion().version()).isEqualTo(NEW);
  }

  /**
   * One promotion stands at each of its calls, another is made, something is lost, the first goes
   * on, and a third is made.
   */
  @Test
  void whateverIsLostNoNumberIsUsedTwiceAndTheLastPromotionCounts() throws IOException {
    int lost = 0;
    boolean stood = true;
    for (int call = 0; stood; call++) {
      stood = false;
      for (int i = 0; i == 0 || lost > 0; i++) {
        lost = 0;
        for (boolean oldest : new boolean[] {false, true}) {
          Losing folder = new Losing(i, oldest);
          Map<Integer, String> told = new TreeMap<>();
          tell(told, promote(source(4), folder, ""));
          Standing standing =
              new Standing(
                  folder,
                  call,
                  () -> {
                    tell(told, promote(source(8), folder, ""));
                    folder.lose();
                    return null;
                  });
          try {
            tell(told, promote(source(12), standing, ""));
          } catch (CheckpointProblem e) {
            assertThat(folder.lost)
                .as("a problem without a cause: %s", e.getMessage())
                .isNotEmpty();
          }
          tell(told, promote(source(4), folder, "again", "the last"));
          assertThat(new Models(folder).promotions())
              .as("lost %s at call %d", folder.lost, call)
              .allSatisfy(p -> assertThat(told).containsEntry(p.number(), p.version()))
              .last()
              .satisfies(p -> assertThat(p.version()).isEqualTo("again"));
          stood |= standing.stood;
          lost += folder.lost.size();
        }
      }
    }
  }

  private static void tell(Map<Integer, String> told, Promotion promotion) {
    Champion champion = promotion.champion();
    assertThat(told.getOrDefault(champion.number(), champion.version()))
        .as("who has number %d", champion.number())
        .isEqualTo(champion.version());
    told.put(champion.number(), champion.version());
  }

  /** A store in which another promotion takes the number that this one was about to take. */
  private static final class Overtaken extends ForwardingStore {

    private final LeaseWait.Attempt<Promotion> other;
    private boolean overtaken;

    Overtaken(ObjectStore store, LeaseWait.Attempt<Promotion> other) {
      super(store);
      this.other = other;
    }

    @Override
    public void create(String name, Body body) throws IOException {
      if (name.startsWith("champion/") && !overtaken) {
        overtaken = true;
        other.take();
      }
      super.create(name, body);
    }
  }

  /** Loses the n-th of its objects, or the n oldest but those of the last promotion. */
  private static final class Losing extends ForwardingStore {

    private final int number;
    private final boolean oldest;
    private final List<String> written = new ArrayList<>();
    private List<String> lost = List.of();

    Losing(int number, boolean oldest) {
      super(new MemoryStore());
      this.number = number;
      this.oldest = oldest;
    }

    @Override
    public void create(String name, Body body) throws IOException {
      super.create(name, body);
      written.add(name);
    }

    void lose() throws IOException {
      int last = written.indexOf("champion/0002.claim.json");
      boolean isThere = number < (oldest ? last : written.size());
      lost = isThere ? List.copyOf(written.subList(oldest ? 0 : number, number + 1)) : List.of();
      for (String name : lost) {
        delete(name);
      }
    }
  }

  /** Something happens at one of its calls. */
  private static final class Standing extends ForwardingStore {

    private final LeaseWait.Attempt<Void> what;
    private int calls;
    private boolean stood;

    Standing(ObjectStore store, int calls, LeaseWait.Attempt<Void> what) {
      super(store);
      this.calls = calls;
      this.what = what;
    }

    @Override
    protected void call() throws IOException {
      if (calls-- == 0) {
        stood = true;
        what.take();
      }
    }
  }
}
