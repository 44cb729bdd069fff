package org.googlenet.run;

import static org.googlenet.run.Runs.LEASE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.AfterEach;

/** A run in memory that drivers take, with a clock that stands. */
abstract class LeaseFixture {

  final ObjectStore run = new MemoryStore();
  final MovableClock clock = new MovableClock();
  final List<Lease> leases = new ArrayList<>();

  @AfterEach
  void stopRenewing() {
    leases.forEach(Lease::close);
  }

  Lease acquire(String owner) throws IOException {
    Lease lease = Lease.acquire(run, owner, LEASE, clock);
    leases.add(lease);
    return lease;
  }
}
