package dev.gnomon.local.stack;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.local.broker.Broker;
import dev.gnomon.local.broker.ManifestReader;
import dev.gnomon.local.broker.Manifests;
import dev.gnomon.local.broker.PingTimer;
import dev.gnomon.local.broker.QueueException;
import dev.gnomon.local.servers.CellBucket;
import dev.gnomon.local.servers.EmbeddedRedis;
import dev.gnomon.local.servers.EmbeddedS3;
import dev.gnomon.local.servers.ServerException;
import dev.gnomon.protect.CellStoreUrls;
import dev.gnomon.protect.Untroubled;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/// Everything of the stack but its HTTP server: started before that, so that the functions find
/// stores, Redis and broker there, and stopped after it. One at a time in a process.
public final class LocalStack implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LocalStack.class);
  private static volatile Optional<LocalStack> current = Optional.empty();

  private final Deque<AutoCloseable> parts;
  private final Catalogue catalogue;
  private final DataDirectory data;
  private final Manifests manifests;
  private final Broker broker;
  private final Map<CellName, CellStoreOpener.Opened> stores = new LinkedHashMap<>();
  private final Injected injected = new Injected(System::nanoTime);
  private final Untroubled untroubled;
  private final List<CellBucket> buckets;
  private final CompletableFuture<Optional<EmbeddedS3>> s3;
  private final String redisUrl;

  /// Opens the data directory and starts all parts.
  ///
  /// @throws StackException with the reason, for people; nothing is left running then
  public static LocalStack start(UpOptions options) {
    DataDirectory data = DataDirectory.open(options.data());
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    opened.push(data);
    try {
      LocalStack stack = new LocalStack(options, data, opened);
      current = Optional.of(stack);
      return stack;
    } catch (StackException e) {
      closeAll(opened);
      throw e;
    } catch (ServerException | QueueException | IllegalArgumentException e) {
      closeAll(opened);
      throw new StackException(String.valueOf(e.getMessage()), e);
    } catch (CompletionException e) {
      closeAll(opened);
      throw new StackException(String.valueOf(e.getCause()), e);
    }
  }

  private LocalStack(UpOptions options, DataDirectory data, Deque<AutoCloseable> opened) {
    this.catalogue = options.catalogue();
    this.data = data;
    List<CellName> local =
        catalogue.cells().stream().filter(cell -> cell.store().isEmpty()).map(Cell::name).toList();
    Credentials credentials = Credentials.load(data.credentials(), local);
    CompletableFuture<Optional<EmbeddedRedis>> redis =
        CompletableFuture.supplyAsync(() ->
            options.redisUrl().isPresent()
                ? Optional.empty()
                : Optional.of(EmbeddedRedis.start(data.redis(), credentials.redisPassword())));
    opened.push(() -> redis.join().ifPresent(EmbeddedRedis::close));
    this.manifests = ManifestReader.read(options.manifests());
    CellStoreOpener opener = new CellStoreOpener(data::cell, CellStoreUrls.ofEnvironment());
    for (Cell cell : catalogue.cells()) {
      CellStoreOpener.Opened store = opener.open(cell, injected);
      opened.push(store.store());
      stores.put(cell.name(), store);
    }
    ObjectStore control = opener.plain(catalogue.cell(catalogue.control()).orElseThrow());
    this.untroubled = Untroubled.over(control);
    if (control instanceof AutoCloseable closeable) {
      opened.push(closeable);
    }
    this.buckets = local.stream().map(cell -> bucket(cell, credentials)).toList();
    // A stack whose cells all have stores of their own serves no buckets.
    this.s3 =
        CompletableFuture.supplyAsync(() ->
            buckets.isEmpty()
                ? Optional.empty()
                : Optional.of(EmbeddedS3.start(data.cells(), buckets)));
    opened.push(() -> s3.join().ifPresent(EmbeddedS3::close));
    this.broker = Broker.open(manifests, data.queue(), Clock.systemUTC());
    opened.push(broker);
    this.redisUrl = options.redisUrl().orElseGet(() -> redis.join().orElseThrow().url());
    this.parts = opened;
  }

  /// The stack of this process, if it has one.
  public static Optional<LocalStack> current() {
    return current;
  }

  public Catalogue catalogue() {
    return catalogue;
  }

  /// The object store of a cell, with retries; empty if the catalogue has no such cell.
  public Optional<ObjectStore> store(CellName cell) {
    return Optional.ofNullable(stores.get(cell)).map(CellStoreOpener.Opened::store);
  }

  /// The stores of all cells.
  Map<CellName, CellStoreOpener.Opened> stores() {
    return Collections.unmodifiableMap(stores);
  }

  /// The trouble that this process suffers.
  Injected injected() {
    return injected;
  }

  /// The control store past that trouble.
  Untroubled untroubled() {
    return untroubled;
  }

  /// With its password.
  public String redisUrl() {
    return redisUrl;
  }

  public Broker broker() {
    return broker;
  }

  /// The data directory.
  public Path data() {
    return data.path();
  }

  /// Where this host keeps which epochs its actuators have applied.
  public Path stateDirectory() {
    return data.state();
  }

  /// The HTTP server is up: starts deliveries and timers, and says so in gnomon.json.
  ///
  /// @param base address of the HTTP server, which is every Service
  /// @param sweepEvery how often the sweep fires; empty: as its PingSource says
  void ready(URI base, Optional<Duration> sweepEvery) {
    Map<String, URI> services = new TreeMap<>();
    manifests.services().keySet().forEach(name -> services.put(name, base));
    broker.deliverTo(services);
    parts.push(PingTimer.start(broker, manifests, sweepEvery, Clock.systemUTC()));
    Map<String, Addresses.Bucket> reachable = new TreeMap<>();
    s3.join()
        .ifPresent(server -> {
          for (CellBucket bucket : buckets) {
            reachable.put(
                bucket.cell().value(),
                new Addresses.Bucket(
                    server.endpoint(),
                    bucket.bucket(),
                    "",
                    bucket.accessKey(),
                    bucket.secretKey()));
          }
        });
    data.writeAddresses(
        new Addresses(
            ProcessHandle.current().pid(),
            base.resolve("/broker"),
            base,
            reachable,
            redisUrl,
            catalogue.control().value()));
  }

  /// Takes gnomon.json away and stops everything. What is under way is delivered again after the
  /// next start.
  @Override
  public synchronized void close() {
    if (current.isEmpty()) {
      return;
    }
    current = Optional.empty();
    data.removeAddresses();
    closeAll(parts);
  }

  private static CellBucket bucket(CellName cell, Credentials credentials) {
    Credentials.Keys keys = credentials.cells().get(cell.value());
    if (keys == null) {
      throw new IllegalStateException("no credentials for " + cell);
    }
    return CellBucket.of(cell, keys.accessKey(), keys.secretKey());
  }

  /// The last one that was opened first.
  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      close(parts.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) { // one part must not keep the others open
      LOG.warnf("stopping: %s", e.getMessage());
    }
  }
}
