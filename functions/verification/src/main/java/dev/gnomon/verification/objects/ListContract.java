package dev.gnomon.verification.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [ObjectStore] must say of the names that it holds.
abstract class ListContract extends PutContract {
  @Test
  void listsAreInByteOrderWhateverTheDirectories() {
    List<String> names =
        List.of("a+b", "a-b/x", "a.b", "a/b/c", "a/b0", "a0", "aB", "a_", "ab/1", "B", "Z/z", "b");
    names.forEach(n -> store.create(name(n), bytes(n)));

    for (int limit : List.of(1, 2, 5, PAGE)) {
      assertThat(walk("", limit))
          .as("pages of %d", limit)
          .containsExactlyElementsOf(names.stream().sorted().toList());
    }
  }

  @Test
  void listsTakeAnyPrefix() {
    List.of("ab/1", "ab/2/x", "ab/20", "abc", "ab-1", "b/ab/1")
        .forEach(n -> store.create(name(n), bytes(n)));

    assertThat(walk("ab/", 2)).containsExactly("ab/1", "ab/2/x", "ab/20");
    assertThat(walk("ab/2", 2)).containsExactly("ab/2/x", "ab/20");
    assertThat(walk("ab", 2)).containsExactly("ab-1", "ab/1", "ab/2/x", "ab/20", "abc");
    assertThat(walk("abc", 2)).containsExactly("abc");
    assertThat(walk("ab/1/", 2)).isEmpty();
    assertThat(walk("no/such/thing", 2)).isEmpty();
    assertThat(walk("../", 2)).isEmpty();
  }

  @Test
  void listsStartAfterAnyName() {
    List.of("d/a", "d/b/x", "d/b/y", "d/c").forEach(n -> store.create(name(n), bytes(n)));

    assertThat(namesOf(store.list("d/", Optional.of(name("d/b")), PAGE)))
        .containsExactly("d/b/x", "d/b/y", "d/c");
    assertThat(namesOf(store.list("d/", Optional.of(name("d/b/x")), PAGE)))
        .containsExactly("d/b/y", "d/c");
    assertThat(namesOf(store.list("d/", Optional.of(name("d/b/zzz")), PAGE)))
        .containsExactly("d/c");
    assertThat(namesOf(store.list("d/", Optional.of(name("a")), PAGE))).hasSize(4);
    assertThat(namesOf(store.list("d/", Optional.of(name("z")), PAGE))).isEmpty();
  }

  @Test
  void listedObjectsCarryTheirSize() {
    store.create(name("l/three"), bytes("123"));
    store.put(name("l/zero"), InputStream.nullInputStream());

    ObjectPage page = store.list("l/", Optional.empty(), PAGE);

    assertThat(page.objects()).extracting(ObjectStat::sizeBytes).containsExactly(3L, 0L);
    assertThat(page.next()).isEmpty();
  }

  @Test
  void longListsComeInPagesAndLongDeletesWork() throws Exception {
    List<ObjectName> names =
        IntStream.range(0, 1103).mapToObj(i -> ObjectName.of("many", i % 7, i)).sorted().toList();
    inParallel(names, n -> store.create(n, bytes("x")));

    assertThat(walk("many/", PAGE)).containsExactlyElementsOf(strings(names));
    assertThat(walk("many/3/", 100)).allMatch(n -> n.startsWith("many/3/")).hasSize(158);
    store.delete(names);
    assertThat(walk("", PAGE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001})
  void pagesOfNoOrTooManyObjectsAreRefused(int limit) {
    assertThatThrownBy(() -> store.list("", Optional.empty(), limit))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
