package dev.gnomon.store.blobs;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.blobs.BlobTable.Location;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One writer's work on the store: takes blobs, leaves out what is there, packs the rest, and makes
/// all of it known at once by [#publish].
///
/// Memory is bounded: 32 MiB of blobs on their way, two open packs and two being stored. Blobs are
/// hashed and compressed on the workers, packs are stored from threads of their own. Data and tree
/// blobs go to different packs, so that walking a tree reads little. Thread-safe; a failed session
/// leaves packs that no index object names: garbage, later collected.
public final class BlobSession {
  private static final int PACK_BYTES = 16 << 20;
  private static final int IN_FLIGHT_KIB = 32 << 10;
  private static final int PACKS_IN_FLIGHT = 2;
  private static final int PUT_TRIES = 3;

  /// What a blob is part of.
  public enum Kind {
    DATA,
    TREE
  }

  private final ObjectStore objects;
  private final BlobTable table;
  private final BlobReader reader;
  private final StoreForm form;
  private final Compression compression;
  private final Set<String> excluded;
  private final Executor workers;
  private final Supplier<String> ids;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_KIB);
  private final Semaphore storing = new Semaphore(PACKS_IN_FLIGHT);
  private final Buffers buffers = new Buffers();
  private final OwnBlobs own = new OwnBlobs();
  private final Set<String> reused = ConcurrentHashMap.newKeySet();
  private final Set<String> ownPacks = ConcurrentHashMap.newKeySet();
  private final @Nullable OpenPack[] open = new OpenPack[Kind.values().length];
  private final Map<String, OpenPack> unstored = new ConcurrentHashMap<>();
  private final List<CompletableFuture<Void>> stored = new ArrayList<>();
  private final AtomicLong storedBytes = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
  private final ThreadFactory packThreads;

  /// @param compression of file content; trees are always compressed by Zstandard
  /// @param excluded packs that must not be reused: condemned ones
  /// @param ids a fresh UUID at each call
  public BlobSession(
      ObjectStore objects,
      BlobTable table,
      StoreForm form,
      Compression compression,
      Set<String> excluded,
      Executor workers,
      Supplier<String> ids) {
    this(
        objects,
        table,
        form,
        compression,
        excluded,
        workers,
        ids,
        // Writes block, and system calls would hold a virtual thread's carrier.
        Thread.ofPlatform().daemon().factory());
  }

  /// @param packThreads makes the threads that store packs
  BlobSession(
      ObjectStore objects,
      BlobTable table,
      StoreForm form,
      Compression compression,
      Set<String> excluded,
      Executor workers,
      Supplier<String> ids,
      ThreadFactory packThreads) {
    this.objects = objects;
    this.table = table;
    this.form = form;
    this.compression = compression;
    this.reader = new BlobReader(objects, table, () -> form);
    this.excluded = Set.copyOf(excluded);
    this.workers = workers;
    this.ids = ids;
    this.packThreads = packThreads;
  }

  /// Takes a blob; waits while too much is on its way. The array now belongs to the session.
  public CompletableFuture<Hash> store(byte[] content, int length, Kind kind) {
    switch (failed.get()) { // a pack could not be stored: no use in reading on
      case RuntimeException fault -> throw fault;
      case Error fault -> throw fault;
      case null, default -> {}
    }
    int permits = Math.clamp(content.length >> 10, 1, IN_FLIGHT_KIB);
    inFlight.acquireUninterruptibly(permits);
    boolean begun = false;
    try {
      CompletableFuture<Hash> taken =
          CompletableFuture.supplyAsync(() -> storeNow(content, length, kind), workers)
              .thenCompose(hash -> hash)
              .whenComplete((hash, ignored) -> inFlight.release(permits));
      begun = true;
      return taken;
    } finally {
      if (!begun) { // the system gives no more threads
        inFlight.release(permits);
      }
    }
  }

  /// An array for [#storeBuffer], of at least so many bytes, with anything in it.
  public byte[] buffer(int atLeast) {
    return buffers.take(atLeast);
  }

  /// Nobody uses an array that [#buffer] gave.
  public void giveBack(byte[] buffer) {
    buffers.give(buffer);
  }

  /// Takes a blob in an array that [#buffer] gave, and that may hold something else as soon as the
  /// blob is taken; waits while too much is on its way.
  public CompletableFuture<Hash> storeBuffer(byte[] buffer, int length, Kind kind) {
    return store(buffer, length, kind).whenComplete((hash, ignored) -> buffers.give(buffer));
  }

  /// Marks a blob as used by this session if it is in the store and may be reused.
  public boolean reuse(Hash hash) {
    if (own.contains(hash)) {
      return true;
    }
    Optional<Location> location = table.find(hash);
    if (location.isEmpty() || excluded.contains(location.get().pack())) {
      return false;
    }
    reused.add(location.get().pack());
    return true;
  }

  /// Reads a blob of the store or of this session, published or not.
  public byte[] read(Hash hash) {
    if (own.contains(hash)) {
      synchronized (this) {
        for (OpenPack pack : unstored.values()) {
          Optional<byte[]> content = pack.read(hash);
          if (content.isPresent()) {
            return content.get();
          }
        }
      }
    }
    Optional<Location> place = own.place(hash);
    return place.isPresent() ? reader.readAt(hash, place.get()) : reader.read(hash);
  }

  /// Packs of earlier writers that this session relies on.
  public Set<String> reusedPacks() {
    return Set.copyOf(reused);
  }

  /// Packs that this session stored.
  public Set<String> ownPacks() {
    return Set.copyOf(ownPacks);
  }

  /// Bytes that this session added to the store so far.
  public long storedBytes() {
    return storedBytes.get();
  }

  /// Stores what is open and makes every pack of the session known by index objects: one, unless
  /// there are very many blobs.
  public void publish() {
    List<CompletableFuture<Void>> packs;
    synchronized (this) {
      for (Kind kind : Kind.values()) {
        seal(kind);
      }
      packs = List.copyOf(stored);
      stored.clear();
    }
    packs.forEach(BlobSession::join);
    own.publish(this::putIndex);
  }

  private void putIndex(List<PackContents> contents) {
    int[] indexBytes = new int[1];
    put(
        Names::index,
        name -> {
          byte[] index = form.packs().index(name, contents);
          indexBytes[0] = index.length;
          return new ByteArrayInputStream(index);
        });
    storedBytes.addAndGet(indexBytes[0]);
  }

  /// The value of a future, its fault thrown as it was.
  public static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  private CompletableFuture<Hash> storeNow(byte[] content, int length, Kind kind) {
    Hash hash = form.ids().of(content, 0, length);
    CompletableFuture<Hash> mine = new CompletableFuture<>();
    Optional<CompletableFuture<Hash>> earlier = own.claim(hash, mine);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Optional<Location> location = table.find(hash);
    if (location.isPresent() && !excluded.contains(location.get().pack())) {
      reused.add(location.get().pack());
      own.giveUp(hash);
    } else {
      try {
        compressAndAdd(hash, content, length, kind);
      } catch (RuntimeException | Error e) { // others wait for it
        mine.completeExceptionally(e);
        return mine;
      }
    }
    mine.complete(hash);
    return mine;
  }

  private void compressAndAdd(Hash hash, byte[] content, int length, Kind kind) {
    PieceForm.Stored piece =
        form.pieceForm()
            .store(hash, content, length, kind == Kind.TREE ? Compression.ZSTD : compression);
    synchronized (this) {
      OpenPack pack = open[kind.ordinal()];
      if (pack == null) {
        pack = new OpenPack(ids.get(), PACK_BYTES, form, buffers.takePack());
        open[kind.ordinal()] = pack;
        unstored.put(pack.id(), pack);
      }
      pack.add(hash, piece, length);
      if (pack.isFull()) {
        seal(kind);
      }
    }
  }

  /// Hands an open pack to a thread that stores it. Called under this session's lock; the wait for
  /// a free slot happens in that thread's start, so packs in memory stay bounded.
  private void seal(Kind kind) {
    OpenPack pack = open[kind.ordinal()];
    open[kind.ordinal()] = null;
    if (pack == null) {
      return;
    }
    storing.acquireUninterruptibly();
    CompletableFuture<Void> done = new CompletableFuture<>();
    stored.add(done);
    try {
      Thread thread =
          packThreads.newThread(() -> {
            try {
              store(pack);
              done.complete(null);
            } catch (RuntimeException | Error e) {
              giveUp(done, e);
            } finally {
              storing.release();
            }
          });
      thread.setName("pack-" + pack.id());
      thread.start();
    } catch (RuntimeException | Error e) { // the system gives no more threads
      giveUp(done, e);
      storing.release();
      throw e;
    }
  }

  private void giveUp(CompletableFuture<Void> done, Throwable fault) {
    failed.compareAndSet(null, fault);
    done.completeExceptionally(fault);
  }

  private void store(OpenPack pack) {
    String id = put(Names::pack, pack::stream);
    ownPacks.add(id);
    own.stored(new PackContents(id, pack.contents().pieces()));
    unstored.remove(pack.id());
    storedBytes.addAndGet(pack.bytes());
    pack.giveUp()
        .ifPresent(
            buffers::givePack); // whoever reads it holds the lock under which it is filled again
  }

  /// Stores an object under a fresh name; a put that failed is tried anew under another one,
  /// because names are used once.
  private String put(Function<String, ObjectName> name, Function<ObjectName, InputStream> content) {
    for (int attempt = 1; ; attempt++) {
      String id = ids.get();
      try {
        ObjectName object = name.apply(id);
        objects.put(object, content.apply(object));
        return id;
      } catch (ObjectStoreException e) {
        if (attempt == PUT_TRIES || e.kind() == ObjectStoreException.Kind.PERMANENT) {
          throw e;
        }
      }
    }
  }
}
