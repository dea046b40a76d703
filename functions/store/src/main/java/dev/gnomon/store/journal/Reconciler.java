package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.PrefixJournal.Reconciled;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.journal.Write;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prefix.Body;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.KeyVersion;
import dev.gnomon.core.prefix.Versioning;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.journal.Histories.History;
import dev.gnomon.store.journal.KeyNews.Bounds;
import dev.gnomon.store.points.StoredPoint;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Brings a journal up to the versions of its prefix. For one thread.
///
/// It compares the state at the end of the journal with the list of all versions, so it needs to
/// remember nothing: killed anywhere, run again, or run beside another one, it ends the same. What
/// it appends goes behind the very position that it looked at, or nowhere.
final class Reconciler {
  private static final String SOURCE = "/gnomon/versions";

  private static final int MAX_RACES = 5;
  private static final int GROUP = 500;
  private static final long GROUP_BYTES = 6_000_000;
  private static final int LARGE_BYTES = 1 << 20;
  private static final int MAX_ID = 400;

  /// How far the clocks of store and bucket may differ when a journal begins.
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  private final StoreParts store;
  private final LogReader reader;
  private final Appender appender;
  private final Bucket bucket;

  Reconciler(StoreParts store, LogReader reader, Appender appender, Bucket bucket) {
    this.store = store;
    this.reader = reader;
    this.appender = appender;
    this.bucket = bucket;
  }

  void requireVersions() {
    Versioning versioning = bucket.reader().versioning();
    if (versioning != Versioning.ENABLED) {
      throw new Refusal(
          "a shadow of type transactional follows the versions of %s, but the bucket keeps none (its versioning is %s): enable versioning, or use type differential"
              .formatted(bucket.place(), versioning == Versioning.SUSPENDED ? "suspended" : "off"));
    }
  }

  /// What one look found.
  private record Look(long position, NewsList found, long listed) {}

  Reconciled run(Duration settle) {
    requireVersions();
    if (!begun()) {
      return Reconciled.NOT_BEGUN;
    }
    long appended = 0;
    for (int races = 0; races < MAX_RACES; ) {
      Look look = look(settle);
      OptionalLong made = append(look);
      if (made.isEmpty()) {
        races++;
        continue;
      }
      appended += made.getAsLong();
      if (!look.found().isCut()) {
        return new Reconciled(
            true,
            appended,
            look.found().waiting(),
            Optional.of(look.found().bounds().settled()),
            look.listed());
      }
    }
    throw new Busy(
        "others were faster %d times in bringing the journal of %s up to its versions"
            .formatted(MAX_RACES, reader.log().resource()),
        Duration.ofSeconds(1));
  }

  private boolean begun() {
    if (!reader.log().layout().isEmpty()) {
      return true;
    }
    Optional<StoredPoint> point =
        store.points().of(reader.log().resource()).stream()
            .filter(one -> one.ofPrefix() && one.source().equals(bucket.place().toString()))
            .filter(one -> isUsable(one.point()))
            .findFirst();
    if (point.isEmpty()) {
      return false;
    }
    try {
      new Compactor(store, reader).begin(point.get().point().id());
    } catch (Refusal e) {
      if (reader.log().layout().isEmpty()) {
        throw e;
      }
      // Somebody else's beginning came first; it holds.
    }
    return true;
  }

  private static boolean isUsable(Point point) {
    return point.consistent() && !point.held() && point.kind() != PointKind.MOMENT;
  }

  private Look look(Duration settle) {
    Layout layout = reader.log().layout();
    LogReader.End end = reader.end(layout);
    Histories histories = new Histories(bucket.reader());
    Instant began = histories.began();
    if (began.equals(Instant.EPOCH)) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.PERMANENT,
          "the server of %s does not say what time it is, so nothing that it lists counts as settled"
              .formatted(bucket.place()));
    }
    Instant upTo = end.position() == 0 ? end.upTo().minus(CLOCKS) : end.upTo();
    NewsList found = new NewsList(new Bounds(upTo, began.minus(settle)));
    Iterator<Write.Put> state = reader.state(layout, end.position(), store.reader()::read);
    if (histories.peek().isEmpty() && state.hasNext()) {
      throw new Refusal(
          "%s lists no version at all, though its journal knows objects there: is it the right bucket?"
              .formatted(bucket.place()));
    }
    Optional<Write.Put> value = next(state);
    while (value.isPresent() || histories.peek().isPresent()) {
      int order = order(value, histories.peek());
      if (order < 0) {
        found.add(KeyNews.gone(value.orElseThrow().key().raw(), found.bounds()));
      } else {
        found.add(
            KeyNews.of(histories.next(), order == 0 ? value : Optional.empty(), found.bounds()));
      }
      value = order <= 0 ? next(state) : value;
    }
    return new Look(end.position(), found, histories.listed());
  }

  private static Optional<Write.Put> next(Iterator<Write.Put> state) {
    return state.hasNext() ? Optional.of(state.next()) : Optional.empty();
  }

  private static int order(Optional<Write.Put> value, Optional<History> history) {
    if (value.isEmpty()) {
      return 1;
    }
    return history.map(one -> value.get().key().raw().compareTo(one.rawKey())).orElse(-1);
  }

  /// @return how many came into the journal; empty if others appended meanwhile
  private OptionalLong append(Look look) {
    List<KeyNews> news = look.found().inOrder();
    long position = look.position();
    long appended = 0;
    for (int from = 0; from < news.size(); ) {
      int until = from;
      long bytes = 0;
      while (until < news.size()
          && until - from < GROUP
          && (until == from || bytes + inMemory(news.get(until)) <= GROUP_BYTES)) {
        bytes += inMemory(news.get(until++));
      }
      List<Transaction> group = transactions(news.subList(from, until), look.position());
      Optional<List<Appended>> outcomes =
          appender.appendBehind(position, JournalEntry.Kind.OBSERVED, group);
      if (outcomes.isEmpty()) {
        return OptionalLong.empty();
      }
      long made = counted(outcomes.get(), group);
      position += made;
      appended += made;
      from = until;
    }
    return OptionalLong.of(appended);
  }

  private long counted(List<Appended> outcomes, List<Transaction> group) {
    long made = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      switch (outcomes.get(i)) {
        case Appended.At at -> made++;
        case Appended.Duplicate duplicate -> {}
        case Appended.Contradicts there ->
            throw new ObjectStoreException(
                ObjectStoreException.Kind.PERMANENT,
                "version '%s' of %s is another one in its journal, at position %d"
                    .formatted(group.get(i).id(), bucket.place(), there.position()));
        case Appended.Early early ->
            throw new IllegalStateException("nothing was said to come before " + group.get(i));
      }
    }
    return made;
  }

  private boolean refers() {
    return switch (bucket.spec().versions()) {
      case COPY -> false;
      case USE, AUTO -> true;
    };
  }

  private long inMemory(KeyNews news) {
    return refers()
        ? 0
        : news.version().map(KeyVersion::size).filter(size -> size <= LARGE_BYTES).orElse(0L);
  }

  private List<Transaction> transactions(List<KeyNews> news, long position) {
    Write[] writes = new Write[news.size()];
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < writes.length; i++) {
      numbers.add(i);
    }
    Parallel.each(numbers, i -> writes[i] = write(news.get(i)));
    List<Transaction> transactions = new ArrayList<>();
    for (int i = 0; i < writes.length; i++) {
      KeyNews one = news.get(i);
      transactions.add(
          new Transaction(
              SOURCE, id(one, position), one.time(), Optional.empty(), List.of(writes[i])));
    }
    return transactions;
  }

  /// Versions need not be unique beyond their key, and one may come a second time: when what lay
  /// over it was removed.
  private static String id(KeyNews news, long position) {
    String key = Hash.of(new Key(news.rawKey()).bytes()).toContentHash().value().substring(0, 16);
    String version = news.version().map(KeyVersion::version).orElse("gone");
    if (version.equals(KeyVersion.UNVERSIONED)) {
      version += "-" + news.version().orElseThrow().modified().getEpochSecond();
    }
    if (version.length() > MAX_ID) {
      version =
          Hash.of(version.getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .toContentHash()
              .value();
    }
    return "%s-%s%s".formatted(version, key, news.again() ? "-behind-" + position : "");
  }

  private Write write(KeyNews news) {
    Key key = new Key(news.rawKey());
    if (news.version().isEmpty()) {
      return new Write.Delete(key, Optional.empty());
    }
    KeyVersion version = news.version().get();
    if (version.deleted()) {
      return new Write.Delete(key, Optional.of(version.version()));
    }
    return (refers() ? Optional.<Write>empty() : copied(key, version))
        .orElseGet(() ->
            new Write.Put(
                key,
                Optional.of(version.version()),
                new ObjectFacts(version.etag(), version.modified(), Optional.empty()).metadata(),
                new Content.InSource(version.size())));
  }

  /// @return empty if the bucket does not have that version any more
  private Optional<Write> copied(Key key, KeyVersion version) {
    return bucket
        .reader()
        .read(Histories.text(key.raw()), Optional.of(version.version()))
        .map(body -> {
          try (Body open = body) {
            return new Write.Put(
                key,
                Optional.of(version.version()),
                new ObjectFacts(
                        version.etag(), version.modified(), Optional.of(open.found().attributes()))
                    .metadata(),
                content(open.found().size(), open.content()));
          } catch (IOException e) {
            throw ObjectStoreException.of(e, "reading '" + Keys.display(key) + "' failed");
          }
        });
  }

  private Content content(long size, InputStream in) throws IOException {
    return size <= LARGE_BYTES
        ? new Content.Inline(in.readAllBytes())
        : TransactionCodec.stored(BigContents.upload(store, in));
  }
}
