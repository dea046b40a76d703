package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.Content;
import dev.gnomon.core.journal.Journal;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.JournalStatus;
import dev.gnomon.core.journal.JournalStatus.BaseView;
import dev.gnomon.core.journal.JournalUpkeep;
import dev.gnomon.core.journal.Journals;
import dev.gnomon.core.journal.Moment;
import dev.gnomon.core.journal.MomentPoints;
import dev.gnomon.core.journal.PrefixJournal;
import dev.gnomon.core.journal.Replay;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectPage;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.journal.Bases.BaseRecord;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The journals of one store. Thread-safe.
public final class StoreJournals implements Journals {
  private final StoreParts store;
  private final Buckets buckets;
  private final Map<ResourceName, Opened> open = new ConcurrentHashMap<>();

  public StoreJournals(StoreParts store) {
    this(store, Buckets.NONE);
  }

  /// @param buckets opens the resources that are prefixes
  public StoreJournals(StoreParts store, Buckets buckets) {
    this.store = store;
    this.buckets = buckets;
  }

  /// The parts that work on one journal.
  private record Opened(LogReader reader, Appender appender) {}

  @Override
  public Journal of(ResourceName resource) {
    Opened opened = open(resource);
    return new StoreJournal(store, opened.reader(), opened.appender());
  }

  @Override
  public Replay replay(ResourceName resource) {
    store.format().checkReadable();
    Opened opened = open(resource);
    return new StoreReplay(opened.reader(), opened.appender());
  }

  @Override
  public JournalUpkeep upkeep(ResourceName resource) {
    Opened opened = open(resource);
    return rules -> {
      store.format().checkReadable();
      LogObjects log = opened.reader().log();
      Sealer sealer = new Sealer(store, log, rules);
      Compactor compactor = new Compactor(store, opened.reader());
      int sealed = sealer.seal();
      if (sealed > 0) {
        opened.appender().sealed();
      }
      long base = compactor.compact(rules);
      int deleted = sealer.clear() + compactor.expire(rules);
      return new JournalUpkeep.Report(sealed, base, deleted);
    };
  }

  @Override
  public PrefixJournal prefix(ResourceName resource, S3Prefix place, Duration settle) {
    Opened opened = open(resource);
    return new StorePrefixJournal(
        store, opened.reader(), opened.appender(), buckets, place, settle);
  }

  @Override
  public MomentPoints moments(ResourceName resource, dev.gnomon.core.places.Place place) {
    return new StoreMoments(store, open(resource).reader(), place, buckets);
  }

  @Override
  public List<ResourceName> resources() {
    List<ResourceName> found = new ArrayList<>();
    Optional<ObjectName> after = Optional.empty();
    while (true) {
      ObjectPage page = store.objects().list(Layout.PREFIX, after, 1);
      if (page.objects().isEmpty()) {
        return found;
      }
      ResourceName resource = Layout.resource(page.objects().getFirst().name());
      found.add(resource);
      after = Optional.of(Layout.last(resource));
    }
  }

  private Opened open(ResourceName resource) {
    return open.computeIfAbsent(
        resource,
        name -> {
          LogObjects log = new LogObjects(store.objects(), name, store.format());
          return new Opened(new LogReader(store, log), new Appender(store, log));
        });
  }

  /// One journal.
  private record StoreJournal(StoreParts store, LogReader reader, Appender appender)
      implements Journal {

    @Override
    public void begin(PointId base) {
      if (!base.resource().equals(reader.log().resource())) {
        throw new Refusal(
            "the journal of %s can't begin on %s".formatted(reader.log().resource(), base));
      }
      new Compactor(store, reader).begin(base);
    }

    @Override
    public boolean hasBegun() {
      return appender.isOpen() || !reader.log().layout().isEmpty();
    }

    @Override
    public List<Appended> append(List<Transaction> transactions) {
      return appender.append(transactions);
    }

    @Override
    public Content.Stored upload(InputStream content) {
      store.format().ensureWritable();
      return TransactionCodec.stored(BigContents.upload(store, content));
    }

    @Override
    public InputStream read(Content content) {
      return new Values(store.reader()).stream(content);
    }

    @Override
    public JournalStatus status() {
      store.format().checkReadable();
      Layout layout = reader.log().layout();
      List<BaseView> bases = new ArrayList<>();
      layout
          .bases()
          .keySet()
          .forEach(position -> {
            BaseRecord base = Bases.read(reader.log(), position);
            bases.add(new BaseView(position, base.upTo(), base.keys(), base.bytes(), base.from()));
          });
      LogReader.End end = reader.end(layout);
      var batches = layout.batches().tailMap(layout.sealed(), false);
      return new JournalStatus(
          !layout.isEmpty(),
          end.position(),
          end.position() == 0 ? Optional.empty() : Optional.of(end.upTo()),
          bases,
          layout.segments().size(),
          batches.size(),
          batches.values().stream().mapToLong(ObjectStat::sizeBytes).sum(),
          end.torn());
    }

    @Override
    public List<JournalEntry> entries(long after, int limit) {
      if (limit < 1) {
        throw new IllegalArgumentException("limit must be at least 1: " + limit);
      }
      store.format().checkReadable();
      return reader.entries(after, limit);
    }

    @Override
    public List<JournalEntry> find(String id) {
      store.format().checkReadable();
      return new LogMoments(reader).find(id);
    }

    @Override
    public long position(Moment moment) {
      store.format().checkReadable();
      return new LogMoments(reader).position(moment);
    }
  }
}
