package dev.gnomon.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.store.journal.Histories.History;
import dev.gnomon.store.journal.KeyNews.Bounds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewsListTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /// A history whose times do not ascend everywhere.
  private static History history(String key, Random random) {
    List<KeyVersion> versions = new ArrayList<>();
    for (int i = random.nextInt(1, 12); i > 0; i--) {
      Instant time = START.plusSeconds(1 + random.nextInt(60));
      versions.add(new KeyVersion(key, "v" + i, 1, "", time, random.nextInt(4) == 0));
    }
    return new History(key, versions);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatDoesNotFitIsTheEndOfTheWhole(long seed) {
    Random random = new Random(seed);
    List<History> histories = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      histories.add(history("k%03d".formatted(i), random));
    }
    Bounds bounds = new Bounds(START, START.plusSeconds(40));
    NewsList whole = new NewsList(bounds);
    NewsList cut = new NewsList(bounds, 50);
    for (History history : histories) {
      whole.add(KeyNews.of(history, Optional.empty(), whole.bounds()));
      cut.add(KeyNews.of(history, Optional.empty(), cut.bounds()));
    }

    List<KeyNews> first = cut.inOrder();
    List<KeyNews> all = whole.inOrder();

    assertThat(whole.isCut()).isFalse();
    assertThat(cut.isCut()).isTrue();
    assertThat(first).isNotEmpty().hasSizeLessThan(all.size());
    assertThat(first).isEqualTo(all.subList(0, first.size()));
    assertThat(all.get(first.size()).time()).isAfter(first.getLast().time());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void versionsOfAKeyKeepTheOrderOfTheServer(long seed) {
    Random random = new Random(seed);
    NewsList list = new NewsList(new Bounds(START, START.plusSeconds(40)));
    History history = history("k", random);
    list.add(KeyNews.of(history, Optional.empty(), list.bounds()));

    List<KeyVersion> found =
        list.inOrder().stream().map(news -> news.version().orElseThrow()).toList();

    assertThat(history.versions().reversed().subList(0, found.size())).isEqualTo(found);
    assertThat(found.size() + list.waiting()).isEqualTo(history.versions().size());
  }
}
