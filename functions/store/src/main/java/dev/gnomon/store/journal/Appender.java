package dev.gnomon.store.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Appended;
import dev.gnomon.core.journal.JournalEntry;
import dev.gnomon.core.journal.Transaction;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.journal.KnownIds.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Appends transactions to one journal. Callers that come while an object is being stored share the
/// next one. Thread-safe; other processes may append too: whoever creates the next number comes
/// first, and the others read what it holds and go on behind it.
///
/// A number that was free when it was looked at must not be given away as sealed and deleted before
/// it is used. Batches are deleted only [#SETTLE] after a segment holds them; so a look at the end
/// holds for half of that, and an object that took longer to create is looked for in the segments
/// before anybody is told that it is durable.
final class Appender {
  static final Duration SETTLE = Duration.ofMinutes(10);
  private static final int MAX_RACES = 50;
  private static final int MAX_ATTEMPTS = 3;
  private static final int MAX_WAITING = 1024;
  private static final int MAX_RECENT_IDS = 200_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final StoreParts store;
  private final LogObjects log;
  private final ReentrantLock writing = new ReentrantLock(true);
  private final Deque<Request> waiting = new ArrayDeque<>();
  private @Nullable Tail tail;
  private Instant seen = Instant.MIN;
  private long seenNanos;

  Appender(StoreParts store, LogObjects log) {
    this.store = store;
    this.log = log;
  }

  /// What one caller wants.
  ///
  /// @param expected newest position that it knows; empty: it does not matter
  private record Request(
      List<Transaction> transactions,
      JournalEntry.Kind kind,
      OptionalLong expected,
      CompletableFuture<Optional<List<Appended>>> done) {}

  List<Appended> append(List<Transaction> transactions) {
    return submit(transactions, JournalEntry.Kind.OBSERVED, OptionalLong.empty()).orElseThrow();
  }

  /// Appends if nothing came behind a position.
  ///
  /// @return empty if something did
  Optional<List<Appended>> appendBehind(
      long position, JournalEntry.Kind kind, List<Transaction> transactions) {
    return submit(transactions, kind, OptionalLong.of(position));
  }

  /// Whether this process has appended or found transactions.
  boolean isOpen() {
    writing.lock();
    try {
      return tail != null && tail.newest() > 0;
    } finally {
      writing.unlock();
    }
  }

  /// Bytes in batches that no segment holds, as far as this process knows.
  long unsealedBytes() {
    writing.lock();
    try {
      return tail == null ? 0 : tail.unsealedBytes();
    } finally {
      writing.unlock();
    }
  }

  void sealed() {
    writing.lock();
    try {
      if (tail != null) {
        tail.sealed();
      }
    } finally {
      writing.unlock();
    }
  }

  private Optional<List<Appended>> submit(
      List<Transaction> transactions, JournalEntry.Kind kind, OptionalLong expected) {
    if (transactions.isEmpty()) {
      return Optional.of(List.of());
    }
    Request request =
        new Request(List.copyOf(transactions), kind, expected, new CompletableFuture<>());
    synchronized (waiting) {
      if (waiting.size() >= MAX_WAITING) {
        throw new Busy(
            "%d callers wait to append to the journal of %s".formatted(MAX_WAITING, log.resource()),
            RETRY_AFTER);
      }
      waiting.add(request);
    }
    writing.lock();
    try {
      while (!request.done().isDone()) { // else the one before took it along
        commit(next());
      }
    } finally {
      writing.unlock();
    }
    return BlobSession.join(request.done());
  }

  /// Requests that probably fit into one object.
  private List<Request> next() {
    List<Request> group = new ArrayList<>();
    long bytes = 0;
    synchronized (waiting) {
      while (!waiting.isEmpty() && (group.isEmpty() || bytes < BatchDraft.MAX_BYTES / 2)) {
        Request request = waiting.remove();
        group.add(request);
        bytes += request.transactions().stream().mapToLong(Sizes::inFrame).sum();
      }
    }
    return group;
  }

  private void commit(List<Request> group) {
    try {
      for (int attempt = 1; ; attempt++) {
        if (attempted(group)) {
          return;
        }
        if (attempt == MAX_ATTEMPTS) {
          throw new Busy(
              "what the transactions need was condemned meanwhile, %d times"
                  .formatted(MAX_ATTEMPTS),
              RETRY_AFTER);
        }
      }
    } catch (RuntimeException | Error e) {
      tail = null; // whether the last object is there may be unknown
      group.forEach(request -> request.done().completeExceptionally(e));
    }
  }

  /// @return false if contents have to be stored anew
  private boolean attempted(List<Request> group) {
    BigContents contents = new BigContents(store);
    List<Request> open = new ArrayList<>(group);
    for (int race = 1; !open.isEmpty(); race++) {
      if (race > MAX_RACES) {
        throw new Busy(
            "others were faster %d times in appending to the journal of %s"
                .formatted(MAX_RACES, log.resource()),
            RETRY_AFTER);
      }
      Tail now = tail();
      if (open.stream().anyMatch(request -> mayBeBehind(request, now))) {
        Instant began = clock();
        long beganNanos = System.nanoTime();
        now.follow();
        look(began, beganNanos);
      }
      Instant looked = seen;
      long lookedNanos = seenNanos;
      BatchDraft draft = new BatchDraft(log, now.place());
      List<Runnable> answers = new ArrayList<>();
      int taken = draft(open, draft, now, contents, answers);
      if (!contents.publish()) {
        return false;
      }
      if (!draft.isEmpty()) {
        Instant began = clock();
        long beganNanos = System.nanoTime();
        Hash attempt = Hash.of(store.settings().ids().get().getBytes(UTF_8));
        byte[] object = draft.object(attempt);
        if (!log.create(Layout.batch(log.resource(), now.place().batch()), object)) {
          now.follow();
          look(began, beganNanos);
          continue;
        }
        if (isOld(looked, lookedNanos) && isPassed(now.place())) {
          tail = null; // it went where nobody looks any more
          continue;
        }
        now.append(draft.after(), object.length);
        draft.ids().forEach(now.ids()::add);
        look(began, beganNanos);
      }
      answers.forEach(Runnable::run);
      open.subList(0, taken).clear();
      race = 0;
    }
    return true;
  }

  /// Whether what others appended at a place was sealed, or is in a base whose segments went since.
  private boolean isPassed(Place place) {
    Layout layout = log.layout();
    return layout.sealed() >= place.batch()
        || (!layout.bases().isEmpty() && layout.bases().lastKey() >= place.position());
  }

  /// Whether a request tells of something that is not known here: others may have appended it.
  private static boolean mayBeBehind(Request request, Tail tail) {
    return (request.expected().isPresent() && request.expected().getAsLong() > tail.newest())
        || request.transactions().stream()
            .anyMatch(transaction ->
                transaction
                    .after()
                    .filter(
                        id -> tail.ids().find(TransactionId.of(transaction.source(), id)).isEmpty())
                    .isPresent());
  }

  /// Puts requests into a draft as long as they fit.
  ///
  /// @param answers what to tell them once the draft is durable
  /// @return how many
  private int draft(
      List<Request> open,
      BatchDraft draft,
      Tail tail,
      BigContents contents,
      List<Runnable> answers) {
    Instant now = store.objects().time();
    int taken = 0;
    for (Request request : open) {
      BatchDraft.Mark mark = draft.mark();
      try {
        if (request.expected().isPresent()
            && request.expected().getAsLong() != draft.position() - 1) {
          answers.add(() -> request.done().complete(Optional.empty()));
        } else {
          List<Appended> outcomes = new ArrayList<>();
          for (Transaction transaction : request.transactions()) {
            outcomes.add(add(draft, tail, contents, now, request.kind(), transaction));
          }
          boolean overfull = draft.sealedBytes() > LogObjects.MAX_BYTES;
          if (taken > 0 && (overfull || draft.bytes() > BatchDraft.MAX_BYTES)) {
            draft.back(mark);
            break;
          }
          if (overfull) {
            throw new Refusal(
                "%d transactions take %d bytes together with their index, at most %d can be appended at once"
                    .formatted(
                        request.transactions().size(), draft.sealedBytes(), LogObjects.MAX_BYTES));
          }
          answers.add(() -> request.done().complete(Optional.of(outcomes)));
        }
      } catch (Refusal e) {
        draft.back(mark);
        answers.add(() -> request.done().completeExceptionally(e));
      }
      taken++;
    }
    return taken;
  }

  private Appended add(
      BatchDraft draft,
      Tail tail,
      BigContents contents,
      Instant now,
      JournalEntry.Kind kind,
      Transaction transaction) {
    TransactionId id = TransactionId.of(transaction);
    long digest = TransactionCodec.digest(transaction);
    Optional<Known> known = Optional.ofNullable(draft.ids().get(id)).or(() -> tail.ids().find(id));
    if (known.isPresent()) {
      return known.get().digest() == digest
          ? new Appended.Duplicate(known.get().position())
          : new Appended.Contradicts(known.get().position());
    }
    if (transaction.after().isPresent()) {
      TransactionId before = TransactionId.of(transaction.source(), transaction.after().get());
      if (!draft.ids().containsKey(before) && tail.ids().find(before).isEmpty()) {
        return new Appended.Early(transaction.after().get());
      }
    }
    long position = draft.position();
    int bytes = draft.add(kind, now, digest, contents.stored(transaction));
    if (bytes > BatchDraft.MAX_BYTES) {
      throw new Refusal(
          "transaction '%s' takes %d bytes, at most %d are possible: split it"
              .formatted(transaction.id(), bytes, BatchDraft.MAX_BYTES));
    }
    return new Appended.At(position);
  }

  private Tail tail() {
    Tail now = tail;
    if (now == null || isOld(seen, seenNanos) || now.ids().recent() > MAX_RECENT_IDS) {
      store.format().ensureWritable();
      Instant began = clock();
      long beganNanos = System.nanoTime();
      now = Tail.read(log);
      tail = now;
      look(began, beganNanos);
    }
    return now;
  }

  private void look(Instant at, long nanos) {
    seen = at;
    seenNanos = nanos;
  }

  /// By both clocks: one may be set, the other stands while the machine sleeps.
  private boolean isOld(Instant looked, long nanos) {
    Duration half = SETTLE.dividedBy(2);
    return looked.equals(Instant.MIN)
        || Duration.between(looked, clock()).abs().compareTo(half) >= 0
        || System.nanoTime() - nanos >= half.toNanos();
  }

  private Instant clock() {
    return store.settings().clock().instant();
  }
}
