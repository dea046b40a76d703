package dev.gnomon.store.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.Fuzzer;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A check reads every record, whatever it says: also those that only people and checks read.
class RecordCheckFuzzTest {
  private static final String DIGITS = "0123456789abcdef0123456789abcdef";
  private static final String ONE = "00000000000000000001";
  private static final Map<String, String> RECORDS =
      Map.ofEntries(
          Map.entry("store/accepted/site/" + ONE, "\"site@1\""),
          Map.entry("store/expired/site/" + ONE, "{\"point\":\"site@1\",\"job\":\"job\"}"),
          Map.entry(
              "store/marks/site/" + ONE + "/" + ONE,
              "{\"what\":\"hold\",\"text\":\"audit\",\"time\":\"2026-01-01T00:00:00Z\","
                  + "\"point\":\"site@1\",\"number\":1}"),
          Map.entry(
              "store/jobs/job/parts/0000000000",
              "{\"begun\":\"2026-01-01T00:00:00Z\",\"results\":\"AAAA\",\"storedBytes\":3}"),
          Map.entry(
              "store/jobs/job/chosen/0000000001",
              "{\"checked\":\"2026-01-01T00:00:00Z\",\"template\":{\"point\":{\"job\":\"job\"}}}"),
          Map.entry("store/grace/00000000000007200000/" + ONE, "{\"millis\":7200000}"),
          Map.entry(
              "store/gc/" + ONE + "/condemned",
              "{\"time\":\"2026-01-01T00:00:00Z\",\"packs\":[\"a\",\"b\"]}"),
          Map.entry("store/gc/" + ONE + "/done", "{\"time\":\"2026-01-01T00:00:00Z\"}"),
          Map.entry(
              "store/keys/" + DIGITS + "/raw-" + DIGITS,
              "{\"dataKey\":\""
                  + DIGITS
                  + "\",\"masterKey\":\"raw-"
                  + DIGITS
                  + "\",\"description\":\"file\",\"created\":\"2026-01-01T00:00:00Z\","
                  + "\"wrapped\":\"AAAA\"}"),
          Map.entry("store/keys/" + DIGITS + "/removing/raw-" + DIGITS, "\"raw-" + DIGITS + "\""));

  @Test
  void aCheckNamesWhatItCantTake() {
    all(new Fuzzer(10_000, "/fuzz/record-checks.txt"));
  }

  @Tag("long")
  @Test
  void aCheckNamesWhatItCantTakeOfAMillionInputs() {
    all(new Fuzzer(1_000_000, "/fuzz/record-checks.txt"));
  }

  private static void all(Fuzzer fuzzer) {
    RECORDS.forEach((name, body) -> {
      InMemoryObjectStore objects = new InMemoryObjectStore();
      StoreParts parts = StoreWorkbench.parts(objects, StoreSettings.DEFAULT);
      parts.format().ensureWritable();
      fuzzer.through(
          "check of " + name.split("/")[1],
          List.of(body.getBytes(UTF_8)),
          input -> {
            objects.exchange(new ObjectName(name), record(input));
            Findings findings = new Findings();
            new RecordCheck(parts, findings).run();
            if (!findings.list().isEmpty()) {
              throw new BlobFault(findings.list().getFirst().what());
            }
          });
    });
    fuzzer.requireAllKeptFed();
  }

  private static byte[] record(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("{\"sha256\":\"" + Hash.of(body) + "\",\"record\":").getBytes(UTF_8));
    out.writeBytes(body);
    out.write('}');
    return out.toByteArray();
  }
}
