package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.CountedObjectStore;
import dev.gnomon.core.objects.CountedObjectStore.Request;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CountedObjectStoreTest extends ObjectStoreContract {
  private static final ObjectName NAME = new ObjectName("a/b");

  @Override
  protected ObjectStore openEmptyStore() {
    return new CountedObjectStore(new InMemoryObjectStore());
  }

  private static Map<Request, Long> counts(CountedObjectStore store) {
    return Arrays.stream(Request.values())
        .filter(request -> store.count(request) > 0)
        .collect(Collectors.toMap(request -> request, store::count));
  }

  @Test
  void eachRequestCountsAlsoWhatFails() {
    CountedObjectStore store = new CountedObjectStore(new InMemoryObjectStore());

    store.create(NAME, new byte[1]);
    store.create(NAME, new byte[1]);
    store.stat(NAME);
    store.read(NAME, ByteRange.ALL);
    catchThrowable(() -> store.list("", Optional.empty(), 0));
    store.delete(List.of(NAME));
    store.time();

    assertThat(counts(store))
        .isEqualTo(
            Map.of(
                Request.CREATE, 2L,
                Request.STAT, 1L,
                Request.READ, 1L,
                Request.LIST, 1L,
                Request.DELETE, 1L));
  }
}
