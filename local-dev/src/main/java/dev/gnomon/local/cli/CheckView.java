package dev.gnomon.local.cli;

import dev.gnomon.linux.RawName;
import dev.gnomon.local.cli.Console.Style;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.check.CheckReport;
import dev.gnomon.store.check.CheckReport.Finding;
import dev.gnomon.store.marks.Sufferers.Hurt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a check found, for people and as JSON.
final class CheckView {
  private static final int MAX_LINES = 50;
  private static final int MAX_PATHS = 10;
  private static final int MAX_JSON_PATHS = 1000;

  private CheckView() {}

  static void show(Console console, CheckReport report) {
    report.findings().stream()
        .limit(MAX_LINES)
        .forEach(finding ->
            console.line(
                finding.damage() ? Style.BAD : Style.FAINT,
                "%s %s: %s".formatted(word(finding), finding.object().value(), finding.what())));
    long all = report.damaged() + report.notes();
    if (all > MAX_LINES) {
      console.line("... and %d more".formatted(all - MAX_LINES));
    }
    report.hurt().forEach(hurt -> hurt(console, hurt));
    console.line(
        "%s, %s in %s; packs that none of them needs: %s"
            .formatted(
                Amounts.count(report.roots(), "root", "roots"),
                Amounts.bytes(report.packBytes()),
                Amounts.count(report.packs(), "pack", "packs"),
                Amounts.bytes(report.unreferencedBytes())));
    console.line(
        report.sample().isEmpty()
            ? "no pack was read: see --read-data"
            : "read %s of %s, %s: %s"
                .formatted(
                    Amounts.bytes(report.readBytes()),
                    Amounts.count(report.packs(), "pack", "packs"),
                    Amounts.count(report.readPacks(), "pack", "packs"),
                    report.sample()));
    console.line(
        report.clean() ? Style.GOOD : Style.BAD,
        report.clean()
            ? "no damage found"
            : "%s, %s hurt"
                .formatted(
                    Amounts.count(report.damaged(), "damaged object", "damaged objects"),
                    Amounts.count(report.hurt().size(), "root is", "roots are")));
  }

  static Map<String, Object> json(CheckReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("clean", report.clean());
    json.put("damaged", report.damaged());
    json.put("notes", report.notes());
    json.put("findings", report.findings());
    json.put("hurt", report.hurt().stream().map(CheckView::json).toList());
    json.put("lost", report.lost().stream().map(Hash::toString).sorted().toList());
    json.put("roots", report.roots());
    json.put("packs", report.packs());
    json.put("packBytes", report.packBytes());
    json.put("readPacks", report.readPacks());
    json.put("readBytes", report.readBytes());
    json.put("sample", report.sample());
    json.put("unreferencedPacks", report.unreferencedPacks());
    json.put("unreferencedBytes", report.unreferencedBytes());
    return json;
  }

  private static void hurt(Console console, Hurt hurt) {
    if (hurt.count() == 0) {
      console.line(Style.BAD, "hurt: " + hurt.root());
      return;
    }
    console.line(
        Style.BAD,
        "%s is hurt at %s:".formatted(hurt.root(), Amounts.count(hurt.count(), "path", "paths")));
    List<String> paths = hurt.paths();
    paths.stream().limit(MAX_PATHS).forEach(path -> console.line("  " + shown(path)));
    if (hurt.count() > MAX_PATHS) {
      console.line("  ... and %d more".formatted(hurt.count() - MAX_PATHS));
    }
  }

  private static Map<String, Object> json(Hurt hurt) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", hurt.root());
    hurt.point().ifPresent(point -> json.put("point", point.toString()));
    json.put("paths", hurt.paths().stream().limit(MAX_JSON_PATHS).map(CheckView::shown).toList());
    json.put("count", hurt.count());
    return json;
  }

  private static String shown(String path) {
    return path.isEmpty() ? "/" : RawName.display(path);
  }

  private static String word(Finding finding) {
    return finding.kind().name().toLowerCase(Locale.ROOT);
  }
}
