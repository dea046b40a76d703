package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.store.points.JobRecords;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.prefix.PrefixRoot;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No record makes whoever reads it crash, hang or take all memory. Records are given a hash that
/// fits, so that what is said in them is reached.
class RecordFuzzTest {
  private static final int INPUTS = 10_000;
  private static final int INPUTS_LONG = 1_000_000;
  private static final String KEPT = "/fuzz/records.txt";
  private static final PointId POINT = new PointId(StoreFixture.SITE, 1);
  private static final int HEAD_BYTES = "{\"sha256\":\"".length() + 64 + "\",\"record\":".length();

  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final InMemoryObjectStore sealed = new InMemoryObjectStore();
  private final StoreSettings keyed = EncryptedStoreTest.with(EncryptedStoreTest.KEY);

  @BeforeEach
  void capture() throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Trees.write(source.resolve("file"), "content");
    StoreFixture.on(objects).capture(source);
    StoreFixture.on(sealed, keyed).capture(source);
  }

  @Test
  void readersRefuseWhatTheyCantTake() throws IOException {
    all(new Fuzzer(INPUTS, KEPT));
  }

  @Tag("long")
  @Test
  void readersRefuseAMillionInputs() throws IOException {
    all(new Fuzzer(INPUTS_LONG, KEPT));
  }

  private void all(Fuzzer fuzzer) throws IOException {
    points(fuzzer);
    parts(fuzzer);
    chosen(fuzzer);
    marks(fuzzer);
    condemned(fuzzer);
    formats(fuzzer);
    keys(fuzzer);
    masterKeys(fuzzer);
    fuzzer.requireAllKeptFed();
  }

  private void points(Fuzzer fuzzer) {
    ObjectName name = first("store/points/");
    byte[] point = bytes(objects, name);
    StoreParts parts = RootsTest.parts(objects, StoreSettings.DEFAULT);
    fuzzer.run(
        "point",
        List.of(point),
        input -> {
          objects.damage(name, bytes -> input);
          walked(parts.points().get(POINT));
        });
    fuzzer.through(
        "point that fits its hash",
        List.of(body(point)),
        input -> {
          objects.damage(name, bytes -> record(input));
          walked(parts.points().get(POINT));
        });
    objects.damage(name, bytes -> point);
  }

  private static void walked(Optional<StoredPoint> point) {
    if (point.isPresent()) {
      if (!PrefixRoot.is(point.get().root())) {
        point.get().rootEntry();
      }
      point.get().hintsRef();
    }
  }

  private void parts(Fuzzer fuzzer) {
    ObjectName name =
        objects.names().stream()
            .filter(each -> each.value().contains("/parts/"))
            .findFirst()
            .orElseThrow();
    String job = name.value().split("/")[2];
    byte[] whole = bytes(objects, name);
    StoreParts parts = RootsTest.parts(objects, StoreSettings.DEFAULT);
    fuzzer.through(
        "part of a job",
        List.of(body(whole)),
        input -> {
          objects.damage(name, bytes -> record(input));
          parts.jobs().part(job, 0);
        });
    objects.damage(name, bytes -> whole);
  }

  /// The next run of the job goes on with what was chosen, whatever that says.
  private void chosen(Fuzzer fuzzer) {
    ObjectName name =
        objects.names().stream()
            .filter(each -> each.value().contains("/chosen/"))
            .findFirst()
            .orElseThrow();
    String job = name.value().split("/")[2];
    InMemoryObjectStore one = new InMemoryObjectStore();
    ObjectName format = new ObjectName("store/format");
    one.create(format, bytes(objects, format));
    JobRecords jobs = RootsTest.parts(one, StoreSettings.DEFAULT).jobs();
    fuzzer.through(
        "chosen",
        List.of(body(bytes(objects, name))),
        input -> {
          one.exchange(name, record(input));
          try {
            jobs.finish(job, StoreFixture.SITE);
          } finally { // the points that it placed
            one.delete(one.names().stream().filter(each -> !each.equals(format)).toList());
          }
        });
  }

  /// A mark that can't be read counts as a hold, which says so.
  private void marks(Fuzzer fuzzer) {
    StoreFixture.on(objects).store().marks().tag(POINT, "release");
    StoreFixture.on(objects).store().marks().hold(POINT, "audit");
    for (ObjectName name :
        objects.names().stream().filter(each -> each.value().startsWith("store/marks/")).toList()) {
      byte[] whole = bytes(objects, name);
      fuzzer.through(
          "mark",
          List.of(body(whole)),
          input -> {
            objects.damage(name, bytes -> record(input));
            Marks marks = RootsTest.parts(objects, StoreSettings.DEFAULT).marks().of(POINT);
            if (marks.holds().stream().anyMatch(hold -> hold.reason().endsWith("can't be read"))) {
              throw new BlobFault("a hold");
            }
          });
      objects.damage(name, bytes -> whole);
    }
  }

  private void condemned(Fuzzer fuzzer) {
    StoreParts parts = RootsTest.parts(objects, StoreSettings.DEFAULT);
    ObjectName name = new ObjectName("store/gc/00000000000000000001/condemned");
    parts.condemned().publish(objects.time(), List.of("a", "b"));
    fuzzer.through(
        "condemned list",
        List.of(body(bytes(objects, name))),
        input -> {
          objects.damage(name, bytes -> record(input));
          parts.condemned().packs();
        });
    objects.delete(List.of(name));
  }

  private void formats(Fuzzer fuzzer) {
    InMemoryObjectStore one = new InMemoryObjectStore();
    ObjectName name = new ObjectName("store/format");
    for (InMemoryObjectStore store : List.of(objects, sealed)) {
      byte[] format = bytes(store, name);
      StoreSettings settings = store == sealed ? keyed : StoreSettings.DEFAULT;
      one.names().forEach(each -> one.delete(List.of(each)));
      store.names().stream()
          .filter(each -> each.value().startsWith("store/keys/"))
          .forEach(each -> one.create(each, bytes(store, each)));
      Fuzzer.Parser reader =
          input -> {
            one.exchange(name, record(input));
            RootsTest.parts(one, settings).format().checkReadable();
          };
      if (store == sealed) { // its tag fits nothing else
        fuzzer.run("format of an encrypted store", List.of(body(format)), reader);
      } else {
        fuzzer.through("format", List.of(body(format)), reader);
      }
      fuzzer.run(
          "format as it lies there",
          List.of(format),
          input -> {
            one.exchange(name, input);
            RootsTest.parts(one, settings).format().checkReadable();
          });
    }
  }

  private void keys(Fuzzer fuzzer) {
    InMemoryObjectStore one = new InMemoryObjectStore();
    ObjectName format = new ObjectName("store/format");
    one.create(format, bytes(sealed, format));
    ObjectName key =
        sealed.names().stream()
            .filter(each -> each.value().startsWith("store/keys/"))
            .findFirst()
            .orElseThrow();
    fuzzer.through(
        "key",
        List.of(body(bytes(sealed, key))),
        input -> {
          one.exchange(key, record(input));
          RootsTest.parts(one, keyed).format().checkReadable();
          new StoreKeys(one).list();
        });
  }

  private void masterKeys(Fuzzer fuzzer) throws IOException {
    byte[] key = Trees.random(7, 32);
    Path file =
        Files.createFile(
            directory.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      fuzzer.through(
          "file with a master key",
          List.of(
              key,
              HexFormat.of().formatHex(key).getBytes(UTF_8),
              (Base64.getEncoder().encodeToString(key) + "\n").getBytes(UTF_8)),
          input -> {
            channel.write(ByteBuffer.wrap(input), 0);
            channel.truncate(input.length);
            MasterKeys.ofEnvironment().open("file:" + file);
          });
    }
  }

  private ObjectName first(String prefix) {
    return objects.names().stream()
        .filter(each -> each.value().startsWith(prefix))
        .findFirst()
        .orElseThrow();
  }

  static byte[] body(byte[] record) {
    return Arrays.copyOfRange(record, HEAD_BYTES, record.length - 1);
  }

  static byte[] record(byte[] body) {
    byte[] head = ("{\"sha256\":\"" + Hash.of(body) + "\",\"record\":").getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + body.length + 1);
    System.arraycopy(body, 0, all, head.length, body.length);
    all[all.length - 1] = '}';
    return all;
  }

  private static byte[] bytes(InMemoryObjectStore store, ObjectName name) {
    try (var in = store.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
