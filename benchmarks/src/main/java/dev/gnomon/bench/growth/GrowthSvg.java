package dev.gnomon.bench.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/// Two charts with logarithmic axes: seconds and MiB over the number of files.
final class GrowthSvg {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 290;
  private static final int LEFT = 60;
  private static final int TOP = 40;
  private static final int PLOT_WIDTH = 330;
  private static final int PLOT_HEIGHT = 200;
  private static final int LEGEND_LINE = 16;
  private static final List<String> COLOURS = List.of("#b03a2e", "#1f618d", "#117a65");

  private final List<Integer> sizes;
  private final double bottom;
  private final double top;
  private final StringBuilder svg = new StringBuilder();

  private GrowthSvg(List<Integer> sizes, List<Line> lines) {
    this.sizes = sizes;
    this.bottom = Math.floor(Math.log10(extreme(lines, false).orElse(1)));
    this.top = Math.max(bottom + 1, Math.ceil(Math.log10(extreme(lines, true).orElse(10))));
  }

  private record Point(int files, double value) {}

  private record Line(String title, String colour, List<Point> points) {}

  /// @param sizes ascending
  /// @param values by the names that [Step] gives; what is missing is not drawn
  static String draw(List<Integer> sizes, Map<String, Double> values) {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
    <rect width="100%%" height="100%%" fill="white"/>
    %s%s</svg>
    """
        .formatted(
            2 * WIDTH,
            HEIGHT,
            chart(0, "seconds of a cold process", sizes, lines(sizes, values, Step::time)),
            chart(WIDTH, "peak memory, MiB", sizes, lines(sizes, values, Step::memory)));
  }

  private static List<Line> lines(
      List<Integer> sizes, Map<String, Double> values, BiFunction<Step, Integer, String> name) {
    List<Line> lines = new ArrayList<>();
    for (Step step : Step.values()) {
      List<Point> points = new ArrayList<>();
      for (int size : sizes) {
        Double value = values.get(name.apply(step, size));
        if (value != null && value > 0) {
          points.add(new Point(size, value));
        }
      }
      lines.add(new Line(step.title(), COLOURS.get(step.ordinal()), points));
    }
    return lines;
  }

  private static OptionalDouble extreme(List<Line> lines, boolean greatest) {
    var values = lines.stream().flatMap(line -> line.points().stream()).mapToDouble(Point::value);
    return greatest ? values.max() : values.min();
  }

  private static String chart(int offset, String title, List<Integer> sizes, List<Line> lines) {
    GrowthSvg chart = new GrowthSvg(sizes, lines);
    chart.add("<g transform=\"translate(%d,0)\">", offset);
    chart.text(LEFT, TOP / 2.0, "start", "#000", title);
    chart.axes();
    for (int i = 0; i < lines.size(); i++) {
      chart.line(lines.get(i));
      double y = TOP + LEGEND_LINE * (i + 1);
      chart.text(LEFT + 8, y, "start", lines.get(i).colour(), lines.get(i).title());
    }
    chart.text(LEFT + PLOT_WIDTH / 2.0, HEIGHT - 14, "middle", "#444", "files");
    chart.add("</g>");
    return chart.svg.toString();
  }

  private void axes() {
    for (double decade = bottom; decade <= top; decade++) {
      double y = y(Math.pow(10, decade));
      rule(LEFT, y, LEFT + PLOT_WIDTH, y);
      text(LEFT - 6, y + 4, "end", "#444", label(decade));
    }
    for (int size : sizes) {
      rule(x(size), TOP, x(size), TOP + PLOT_HEIGHT);
      if (Integer.toString(size).startsWith("1")) {
        text(x(size), TOP + PLOT_HEIGHT + 16, "middle", "#444", files(size));
      }
    }
  }

  private void line(Line line) {
    StringBuilder points = new StringBuilder();
    for (Point point : line.points()) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.files()), y(point.value())));
      add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
          x(point.files()), y(point.value()), line.colour());
    }
    add(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
        line.colour(), points.toString().strip());
  }

  private double x(int size) {
    double least = Math.log10(sizes.getFirst());
    double most = Math.log10(Math.max(sizes.getLast(), 10.0 * sizes.getFirst()));
    return LEFT + PLOT_WIDTH * (Math.log10(size) - least) / (most - least);
  }

  private double y(double value) {
    return TOP + PLOT_HEIGHT * (1 - (Math.log10(value) - bottom) / (top - bottom));
  }

  private void rule(double x1, double y1, double x2, double y2) {
    add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>", x1, y1, x2, y2);
  }

  private void text(double x, double y, String anchor, String colour, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
        x, y, anchor, colour, words);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String label(double decade) {
    return decade >= 0
        ? String.format(Locale.ROOT, "%.0f", Math.pow(10, decade))
        : String.format(Locale.ROOT, "%." + (int) -decade + "f", Math.pow(10, decade));
  }

  private static String files(int size) {
    return size >= 1_000_000 ? size / 1_000_000 + " M" : size / 1_000 + " k";
  }
}
