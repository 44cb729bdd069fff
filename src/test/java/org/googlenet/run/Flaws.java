package org.googlenet.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.ObjectStore.Body;

/** Stores by which a driver does what it must not, for the model checker to find. */
final class Flaws {

  private Flaws() {}

  /** Never sees a term after its own, nor that its own has become another's. */
  static final class LooksAtNoTerm extends ForwardingStore {

    private String own = "";
    private byte[] written = new byte[0];

    LooksAtNoTerm(ObjectStore store) {
      super(store);
    }

    @Override
    public InputStream read(String name) throws IOException {
      if (!own.isEmpty() && name.equals(own)) {
        return new ByteArrayInputStream(written);
      }
      if (!own.isEmpty() && name.startsWith(Term.FOLDER) && name.compareTo(own) > 0) {
        throw new FileNotFoundException(name);
      }
      return super.read(name);
    }

    @Override
    public void create(String name, Body body) throws IOException {
      super.create(name, body);
      remember(name, body);
    }

    @Override
    public void overwrite(String name, Body body) throws IOException {
      super.overwrite(name, body);
      remember(name, body);
    }

    /** Neither newer terms nor what they wrote. */
    @Override
    public List<Entry> list(String prefix) throws IOException {
      return super.list(prefix).stream().filter(entry -> !isNewer(entry.name())).toList();
    }

    private boolean isNewer(String name) {
      String number = own.replaceAll("\\D", "");
      return !own.isEmpty()
          && Pattern.compile("(\\d{4,})(?:\\.|/|$)")
              .matcher(name)
              .results()
              .anyMatch(found -> found.group(1).compareTo(number) > 0);
    }

    private void remember(String name, Body body) throws IOException {
      if (isTerm(name)) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(out);
        own = name;
        written = out.toByteArray();
      }
    }
  }

  private static boolean isTerm(String name) {
    return name.startsWith(Term.FOLDER) && !name.endsWith(".claim.json");
  }

  /** Looks for a newer term before it writes a manifest, but not after. */
  static final class LooksOnlyBefore extends ForwardingStore {

    private final LooksAtNoTerm blind;
    private boolean written;

    LooksOnlyBefore(ObjectStore store) {
      super(store);
      this.blind = new LooksAtNoTerm(store);
    }

    @Override
    public InputStream read(String name) throws IOException {
      return written ? blind.read(name) : super.read(name);
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      return written ? blind.list(prefix) : super.list(prefix);
    }

    @Override
    public void create(String name, Body body) throws IOException {
      blind.create(name, body);
      written = name.startsWith(Manifest.FOLDER);
    }

    @Override
    public void overwrite(String name, Body body) throws IOException {
      blind.overwrite(name, body);
      written &= name.startsWith(Term.FOLDER);
    }
  }

  /** Makes terms without their claims. */
  static final class MakesNoClaim extends ForwardingStore {

    MakesNoClaim(ObjectStore store) {
      super(store);
    }

    @Override
    public void create(String name, Body body) throws IOException {
      if (!name.endsWith(".claim.json")) {
        super.create(name, body);
      }
    }
  }

  /** Chooses its start by what it saw before it claimed a term. */
  static final class LooksBeforeItClaims extends ForwardingStore {

    private final Map<String, byte[]> terms = new HashMap<>();
    private List<Entry> objects = List.of();
    private boolean choosing;

    LooksBeforeItClaims(ObjectStore store) {
      super(store);
    }

    @Override
    public void create(String name, Body body) throws IOException {
      if (name.endsWith(".claim.json")) {
        for (Entry entry : super.list(Term.FOLDER)) {
          terms.put(entry.name(), readBytes(entry.name(), 10_000));
        }
        objects = super.list("");
        choosing = true;
      }
      super.create(name, body);
    }

    @Override
    public InputStream read(String name) throws IOException {
      return choosing && terms.containsKey(name)
          ? new ByteArrayInputStream(terms.get(name))
          : super.read(name);
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
      return choosing && prefix.isEmpty() ? objects : super.list(prefix);
    }

    @Override
    public void overwrite(String name, Body body) throws IOException {
      choosing = false;
      super.overwrite(name, body);
    }
  }

  /** Takes each term for one that goes on from all that was before. */
  static final class TakesTheHighestRound extends ForwardingStore {

    private static final int HIGHEST = 999_999_999;

    TakesTheHighestRound(ObjectStore store) {
      super(store);
    }

    @Override
    public InputStream read(String name) throws IOException {
      if (!name.startsWith(Term.FOLDER)) {
        return super.read(name);
      }
      Term term;
      try (InputStream in = super.read(name)) {
        term = Json.read(in.readAllBytes(), Term.class, name);
      }
      if (term.number() == 1 || !term.begun()) {
        return super.read(name);
      }
      CheckpointId all = new CheckpointId(HIGHEST, term.number() - 1);
      return new ByteArrayInputStream(Json.bytes(term.beginningFrom(all, null)));
    }
  }
}
