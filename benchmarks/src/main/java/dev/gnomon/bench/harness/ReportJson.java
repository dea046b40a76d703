package dev.gnomon.bench.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// The JSON form of a report: {bench, machine, rounds, input?, failures?, measures: [{name, unit,
/// ours: {median, min, max}, peers: [{name, version, median, min, max, ratio, target?, holds?}],
/// target?, holds?}]}. A measure holds if all of its targets do, those against peers included. An
/// absent peer is {name, absent: true, reason}, one that failed has failed: true and a reason, and
/// no figures if it never did the job.
public final class ReportJson {
  /// Microseconds, and as much of a MiB: below that is noise.
  private static final int DECIMALS = 6;

  private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

  private ReportJson() {}

  public static ObjectNode of(Report report) {
    ObjectNode json = NODES.objectNode();
    json.put("bench", report.bench());
    json.set("machine", machine(report.machine()));
    json.put("rounds", report.rounds());
    report
        .input()
        .ifPresent(input ->
            json.putObject("input").put("files", input.files()).put("bytes", input.bytes()));
    if (!report.failures().isEmpty()) {
      ArrayNode failures = json.putArray("failures");
      report.failures().forEach(failures::add);
    }
    ArrayNode measures = json.putArray("measures");
    report.measures().forEach(line -> measures.add(line(line)));
    return json;
  }

  private static ObjectNode machine(Machine machine) {
    return NODES
        .objectNode()
        .put("cpu", machine.cpu())
        .put("cores", machine.cores())
        .put("memoryBytes", machine.memoryBytes())
        .put("kernel", machine.kernel())
        .put("jdk", machine.jdk());
  }

  private static ObjectNode line(Report.Line line) {
    Measure measure = line.measure();
    ObjectNode json = NODES.objectNode();
    json.put("name", measure.name());
    json.put("unit", measure.unit().symbol());
    ObjectNode ours = json.putObject("ours");
    line.ours()
        .ifPresentOrElse(
            spread -> spread(ours, measure.unit(), spread), () -> ours.put("absent", true));
    ArrayNode peers = json.putArray("peers");
    line.peers().forEach(peer -> peers.add(peer(measure.unit(), peer)));
    measure.target().ifPresent(target -> json.set("target", number(target)));
    line.holds().ifPresent(holds -> json.put("holds", holds));
    return json;
  }

  private static ObjectNode peer(Unit unit, Report.PeerLine line) {
    ObjectNode json = NODES.objectNode();
    Comparison comparison = line.comparison();
    json.put("name", comparison.peer());
    switch (line) {
      case Report.PeerLine.Absent absent -> json.put("absent", true).put("reason", absent.reason());
      case Report.PeerLine.Failed failed -> {
        failed.version().ifPresent(version -> json.put("version", version));
        json.put("failed", true).put("reason", failed.reason());
      }
      case Report.PeerLine.Measured measured -> {
        json.put("version", measured.version());
        spread(json, unit, measured.spread());
        measured.ratio().ifPresent(ratio -> json.set("ratio", number(ratio)));
        measured.failure().ifPresent(why -> json.put("failed", true).put("reason", why));
      }
    }
    comparison.target().ifPresent(target -> json.set("target", number(target)));
    line.holds().ifPresent(holds -> json.put("holds", holds));
    comparison.note().ifPresent(note -> json.put("note", note));
    return json;
  }

  private static void spread(ObjectNode json, Unit unit, Spread spread) {
    json.set("median", figure(unit, spread.median()));
    json.set("min", figure(unit, spread.min()));
    json.set("max", figure(unit, spread.max()));
  }

  private static JsonNode figure(Unit unit, double value) {
    return unit == Unit.BYTES ? NODES.numberNode(Math.round(value)) : number(value);
  }

  /// A plain decimal number without the digits that only the binary form has.
  private static JsonNode number(double value) {
    BigDecimal exact = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_EVEN);
    BigDecimal shortest = exact.stripTrailingZeros();
    return NODES.numberNode(shortest.scale() < 0 ? shortest.setScale(0) : shortest);
  }
}
