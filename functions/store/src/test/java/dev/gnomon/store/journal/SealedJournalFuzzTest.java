package dev.gnomon.store.journal;

import static dev.gnomon.store.journal.FuzzedJournal.ORDERS;
import static dev.gnomon.store.journal.FuzzedJournal.fitting;
import static dev.gnomon.store.journal.FuzzedJournal.record;
import static dev.gnomon.store.journal.FuzzedJournal.uncompressed;
import static dev.gnomon.store.journal.FuzzedJournal.withIndex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.Fuzzer;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.Seal;
import dev.gnomon.store.blobs.StoreForm;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same of an encrypted store. Headers and chains are open to everybody there, so what is
/// sealed is reached by whoever makes them fit; and what is behind a seal by whoever has the key.
class SealedJournalFuzzTest {
  private static final String KEPT = "/fuzz/sealed-journals.txt";
  private static final int RECORD_HEAD = "{\"sha256\":\"".length() + 64 + "\",\"record\":".length();

  private final FuzzedJournal journal = new FuzzedJournal(StoreWorkbench.keyed());
  private final ObjectName segment = journal.segment;
  private final ObjectName batch = journal.batch;
  private final StoreForm form = journal.parts.format().get();
  private final Seal seal = form.objects();

  @Test
  void readersRefuseWhatTheyCantTake() {
    all(new Fuzzer(10_000, KEPT));
  }

  @Tag("long")
  @Test
  void readersRefuseAMillionInputs() {
    all(new Fuzzer(1_000_000, KEPT));
  }

  private void all(Fuzzer fuzzer) {
    assertThat(form.encrypted()).isTrue();
    assertThat(journal.objects.names()).contains(segment, batch, journal.base);
    frames(fuzzer);
    bodies(fuzzer);
    indexes(fuzzer);
    bases(fuzzer);
    wholeJournals(fuzzer);
    fuzzer.requireAllKeptFed();
  }

  private static String kind(ObjectName name) {
    return name.value().contains("/segments/") ? "segment" : "batch";
  }

  private void frames(Fuzzer fuzzer) {
    for (ObjectName name : List.of(segment, batch)) {
      byte[] valid = journal.bytes(name);
      fuzzer.run(
          "sealed " + kind(name) + " as it lies there", List.of(valid), input -> read(name, input));
      fuzzer.through(
          "sealed " + kind(name), List.of(valid), input -> read(name, fitting(name, input)));
    }
  }

  private void read(ObjectName name, byte[] object) {
    for (Frame frame : LogObject.of(name, ORDERS, object).frames()) {
      frame.payload(ORDERS, seal);
    }
  }

  private void bodies(Fuzzer fuzzer) {
    Frame first = LogObject.of(batch, ORDERS, journal.bytes(batch)).frames().getFirst();
    int from = first.offset() + Frame.HEAD_BYTES;
    byte[] body = Arrays.copyOfRange(first.bytes(), from, from + first.length());
    byte[] about = ("journal/" + ORDERS + "/" + first.position()).getBytes(UTF_8);
    fuzzer.run("sealed body of a frame", List.of(body), input -> payload(first.position(), input));
    fuzzer.through(
        "body behind the seal of a frame",
        List.of(seal.open(body, about)),
        input -> payload(first.position(), seal.seal(input, input.length, about)));
  }

  private void payload(long position, byte[] body) {
    byte[] frame = new byte[Frame.HEAD_BYTES + body.length];
    System.arraycopy(body, 0, frame, Frame.HEAD_BYTES, body.length);
    new Frame(position, frame, 0, body.length).payload(ORDERS, seal);
  }

  private void indexes(Fuzzer fuzzer) {
    byte[] valid = journal.bytes(segment);
    byte[] stored = FuzzedJournal.index(valid);
    fuzzer.run("sealed index of a segment", List.of(stored), input -> readIndex(valid, input));
    fuzzer.through(
        "index behind the seal of a segment",
        List.of(opened(valid)),
        input -> readIndex(valid, sealed(input)));
    journal.put(segment, valid);
  }

  private void readIndex(byte[] valid, byte[] index) {
    journal.put(segment, withIndex(valid, index));
    SegmentIndex.read(journal.log, segment, journal.log.header(segment).orElseThrow());
  }

  private static byte[] aboutIndex(byte[] valid) {
    return SegmentIndex.about(ORDERS, Header.read(valid));
  }

  private byte[] opened(byte[] valid) {
    return Frame.uncoded(seal.open(FuzzedJournal.index(valid), aboutIndex(valid)));
  }

  private byte[] sealed(byte[] index) {
    byte[] coded = uncompressed(index);
    return seal.seal(coded, coded.length, aboutIndex(journal.bytes(segment)));
  }

  private void bases(Fuzzer fuzzer) {
    byte[] stored = journal.bytes(journal.base);
    byte[] whole = form.opened(journal.base, stored);
    fuzzer.run("sealed base", List.of(stored), this::readBase);
    fuzzer.through(
        "base behind its seal",
        List.of(Arrays.copyOfRange(whole, RECORD_HEAD, whole.length - 1)),
        input -> readBase(form.sealed(journal.base, record(input))));
    journal.put(journal.base, stored);
  }

  private void readBase(byte[] stored) {
    journal.put(journal.base, stored);
    Bases.BaseRecord read = Bases.read(journal.log, 4);
    read.place();
    read.directoryRef();
  }

  private void wholeJournals(Fuzzer fuzzer) {
    for (ObjectName name : List.of(segment, batch)) {
      byte[] valid = journal.bytes(name);
      fuzzer.through(
          "sealed journal with a changed " + kind(name),
          List.of(valid),
          input -> {
            journal.put(name, fitting(name, input));
            journal.readAll();
          });
      journal.put(name, valid);
    }
    byte[] valid = journal.bytes(segment);
    fuzzer.through(
        "sealed journal with a changed index",
        List.of(opened(valid)),
        input -> {
          journal.put(segment, valid);
          journal.put(segment, withIndex(valid, sealed(input)));
          journal.readAll();
        });
    journal.put(segment, valid);
  }
}
