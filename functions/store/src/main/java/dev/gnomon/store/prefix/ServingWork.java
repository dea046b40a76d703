package dev.gnomon.store.prefix;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.core.prefix.Listed;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.Serving.Control;
import dev.gnomon.core.shadow.Serving.NotServed;
import dev.gnomon.core.shadow.Serving.Served;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.restore.OrderedTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes one place equal to one point. Every pass goes side by side through a list of the place and
/// what is wanted, both in the order of keys, so memory does not grow with them. Deletions come
/// before writes: servers that keep objects as files take `a` only after `a/b` has gone. For one
/// thread.
final class ServingWork {
  private static final int BATCH = 1000;
  private static final int MAX_ROUNDS = 3;

  private final PointId point;
  private final BlobReader blobs;
  private final Bucket target;
  private final Optional<Bucket> source;
  private final Control control;
  private long written;
  private long writtenBytes;
  private long deleted;

  ServingWork(
      PointId point, BlobReader blobs, Bucket target, Optional<Bucket> source, Control control) {
    this.point = point;
    this.blobs = blobs;
    this.target = target;
    this.source = source;
    this.control = control;
  }

  /// The caller wants no more of it.
  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Told of keys in their order.
  private interface Meeting {
    /// Nothing is said of this key.
    void other(Listed listed);

    void wanted(ObjectEntry entry, Optional<Listed> listed);

    void gone(String rawKey, Optional<Listed> listed);
  }

  // ---- a place that is as it was left

  /// Writes what changed since the place was left, if it still is as it was.
  ///
  /// @return empty if it is not, or what was left can't be read any more, or the caller stopped it
  Optional<Served> changes(Wanted changes, Served left) {
    try {
      ListPrint.Maker all = new ListPrint.Maker();
      ListPrint rest = deleteGone(changes, all);
      if (!all.made().sha256().equals(left.print())) {
        return Optional.empty();
      }
      writeAll(changes);
      Tally tally = new Tally(left.hardLinks(), left.notServed(), left.examples());
      return verified(changes, Optional.of(rest), tally);
    } catch (StoppedException | BlobFault e) {
      return Optional.empty(); // What the point itself lacks is found by whoever reads all of it.
    }
  }

  /// @return print of the list without what changed
  private ListPrint deleteGone(Wanted changes, ListPrint.Maker all) {
    ListPrint.Maker rest = new ListPrint.Maker();
    Deletion deletion = new Deletion();
    walk(
        changes,
        Tally.fresh(),
        new Meeting() {
          @Override
          public void other(Listed listed) {
            all.add(listed);
            rest.add(listed);
          }

          @Override
          public void wanted(ObjectEntry entry, Optional<Listed> listed) {
            listed.ifPresent(all::add);
          }

          @Override
          public void gone(String rawKey, Optional<Listed> listed) {
            listed.ifPresent(one -> {
              all.add(one);
              deletion.add(one.key());
            });
          }
        });
    deletion.finish();
    return rest.made();
  }

  private void writeAll(Wanted changes) {
    BringBack bring = bringing();
    try (OrderedTasks tasks = new OrderedTasks(PrefixRestores.THREADS)) {
      changes.each(
          new Told(Tally.fresh()) {
            @Override
            public void object(ObjectEntry entry) {
              stopIfTold();
              tasks.submit(() -> bring.content(entry), ServingWork.this::count);
            }

            @Override
            public void gone(String rawKey) {
              // It went before anything was written.
            }
          });
      tasks.drain();
    }
  }

  // ---- a place of which nothing is known

  /// Compares everything and mends what differs, until a list says that all is there.
  ///
  /// @return empty if the caller stopped it
  /// @throws UncheckedIOException if somebody else goes on writing there
  Optional<Served> everything(Wanted all) {
    try {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        deleteExtras(all);
        mend(all);
        Optional<Served> served = verified(all, Optional.empty(), Tally.fresh());
        if (served.isPresent()) {
          return served;
        }
      }
    } catch (StoppedException e) {
      return Optional.empty();
    } catch (BlobFault e) {
      throw Sameness.damaged(point, "", e);
    }
    String reason =
        "%s does not hold still: somebody else writes to what only Gnomon may write"
            .formatted(target.place());
    throw new UncheckedIOException(reason, new IOException(reason));
  }

  private void deleteExtras(Wanted all) {
    Deletion deletion = new Deletion();
    walk(
        all,
        Tally.fresh(),
        new Meeting() {
          @Override
          public void other(Listed listed) {
            if (!isLeftAlone(listed)) {
              deletion.add(listed.key());
            }
          }

          @Override
          public void wanted(ObjectEntry entry, Optional<Listed> listed) {
            // Stays, or comes.
          }

          @Override
          public void gone(String rawKey, Optional<Listed> listed) {
            throw new IllegalStateException("nothing was known of " + rawKey);
          }
        });
    deletion.finish();
  }

  private void mend(Wanted all) {
    BringBack bring = bringing();
    Sameness sameness =
        new Sameness(
            point,
            blobs,
            target.reader(),
            source.map(Bucket::reader),
            false,
            target.spec().allTags());
    try (OrderedTasks tasks = new OrderedTasks(PrefixRestores.THREADS)) {
      walk(
          all,
          Tally.fresh(),
          new Meeting() {
            @Override
            public void other(Listed listed) {
              // Written after the extras were deleted: the list that follows finds it.
            }

            @Override
            public void wanted(ObjectEntry entry, Optional<Listed> listed) {
              tasks.submit(
                  () ->
                      switch (listed
                          .map(one -> sameness.of(entry, one))
                          .orElse(Sameness.Difference.CONTENT)) {
                        case NONE -> RestoreReport.NOTHING;
                        case TAGS -> bring.tags(entry);
                        case ATTRIBUTES -> bring.attributes(entry);
                        case CONTENT -> bring.content(entry);
                      },
                  ServingWork.this::count);
            }

            @Override
            public void gone(String rawKey, Optional<Listed> listed) {
              throw new IllegalStateException("nothing was known of " + rawKey);
            }
          });
      tasks.drain();
    }
  }

  // ---- both

  /// What is there by a list.
  ///
  /// @param rest print of what must not have changed; empty if nothing else may be there
  /// @return empty if something is missing, has another length, or should not be there
  private Optional<Served> verified(Wanted wanted, Optional<ListPrint> rest, Tally tally) {
    ListPrint.Maker all = new ListPrint.Maker();
    ListPrint.Maker others = new ListPrint.Maker();
    long[] sums = {0, 0};
    boolean[] right = {true};
    walk(
        wanted,
        tally,
        new Meeting() {
          @Override
          public void other(Listed listed) {
            others.add(listed);
            count(listed);
            right[0] &= rest.isPresent() || isLeftAlone(listed);
          }

          @Override
          public void wanted(ObjectEntry entry, Optional<Listed> listed) {
            listed.ifPresent(this::count);
            right[0] &= listed.filter(one -> one.size() == entry.size()).isPresent();
          }

          @Override
          public void gone(String rawKey, Optional<Listed> listed) {
            listed.ifPresent(this::count);
            right[0] &= listed.isEmpty();
          }

          private void count(Listed listed) {
            all.add(listed);
            sums[0]++;
            sums[1] += listed.size();
          }
        });
    boolean same = rest.isEmpty() || rest.get().equals(others.made());
    return right[0] && same
        ? Optional.of(
            new Served(
                point,
                all.made().sha256(),
                sums[0],
                sums[1],
                written,
                writtenBytes,
                deleted,
                tally.hardLinks,
                tally.notServed,
                tally.examples()))
        : Optional.empty();
  }

  private boolean isLeftAlone(Listed listed) {
    return target.reader().obstacle(listed.key()).isPresent();
  }

  private BringBack bringing() {
    return new BringBack(point, blobs, target, source, control);
  }

  private void count(RestoreReport report) {
    written += report.filesWritten() + report.metadataSet();
    writtenBytes += report.bytesWritten();
  }

  private void stopIfTold() {
    if (control.stopped()) {
      throw new StoppedException();
    }
  }

  private void walk(Wanted wanted, Tally tally, Meeting meeting) {
    Listing listing = new Listing(target.reader(), false, "", "");
    wanted.each(
        new Told(tally) {
          @Override
          public void object(ObjectEntry entry) {
            meeting.wanted(entry, at(entry.key()));
          }

          @Override
          public void gone(String rawKey) {
            meeting.gone(rawKey, at(rawKey));
          }

          private Optional<Listed> at(String rawKey) {
            stopIfTold();
            others(listing, Optional.of(rawKey), meeting);
            Optional<Listed> listed =
                listing.peek().filter(one -> Keys.raw(one.key()).equals(rawKey));
            listed.ifPresent(one -> listing.next());
            return listed;
          }
        });
    others(listing, Optional.empty(), meeting);
  }

  private void others(Listing listing, Optional<String> before, Meeting meeting) {
    while (listing
        .peek()
        .filter(one -> before.isEmpty() || Keys.raw(one.key()).compareTo(before.get()) < 0)
        .isPresent()) {
      stopIfTold();
      control.advanced(0, 0);
      meeting.other(listing.next());
    }
  }

  /// What is not served, and what has further names.
  private static final class Tally {
    private final Map<String, String> examples = new LinkedHashMap<>();
    private long hardLinks;
    private long notServed;

    Tally(long hardLinks, long notServed, List<NotServed> examples) {
      this.hardLinks = hardLinks;
      this.notServed = notServed;
      examples.forEach(one -> this.examples.put(one.path(), one.reason()));
    }

    static Tally fresh() {
      return new Tally(0, 0, List.of());
    }

    List<NotServed> examples() {
      List<NotServed> some = new ArrayList<>();
      examples.forEach((path, reason) -> some.add(new NotServed(path, reason)));
      return some;
    }
  }

  private abstract static class Told implements Wanted.Visitor {
    private final Tally tally;

    Told(Tally tally) {
      this.tally = tally;
    }

    @Override
    public void notServed(String rawPath, String reason, boolean now) {
      String path = RawName.display(rawPath);
      tally.notServed += now ? 1 : -1;
      if (!now) {
        tally.examples.remove(path, reason); // another kind may stand there now
      } else if (tally.examples.size() < Served.MAX_EXAMPLES) {
        tally.examples.put(path, reason);
      }
    }

    @Override
    public void hardLink(boolean now) {
      tally.hardLinks += now ? 1 : -1;
    }
  }

  private final class Deletion {
    private final List<String> batch = new ArrayList<>();

    void add(String key) {
      batch.add(key);
      if (batch.size() == BATCH) {
        finish();
      }
    }

    void finish() {
      if (!batch.isEmpty()) {
        target.writer().delete(List.copyOf(batch));
        deleted += batch.size();
        batch.clear();
      }
    }
  }
}
