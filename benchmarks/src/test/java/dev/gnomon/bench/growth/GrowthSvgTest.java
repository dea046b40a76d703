package dev.gnomon.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

class GrowthSvgTest {
  private static NodeList lines(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
        .getElementsByTagName("polyline");
  }

  @Test
  void drawsALineForEachStepInEachChart() throws Exception {
    String svg =
        GrowthSvg.draw(
            List.of(1_000, 10_000),
            Map.of(
                "first-1000", 0.5,
                "first-10000", 2.0,
                "first-memory-1000", 90.0,
                "first-memory-10000", 120.0));

    assertThat(lines(svg).getLength()).isEqualTo(6);
    assertThat(svg)
        .contains("first shadow", "unchanged", "restore", "1 k", "10 k", ">100<", ">0.1<")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void drawsNothingOfWhatWasNotMeasured() throws Exception {
    String svg = GrowthSvg.draw(List.of(1_000), Map.of("first-memory-1000", 0.0));

    NodeList lines = lines(svg);
    for (int i = 0; i < lines.getLength(); i++) {
      assertThat(lines.item(i).getAttributes().getNamedItem("points").getNodeValue()).isEmpty();
    }
    assertThat(svg).doesNotContain("NaN", "Infinity");
  }
}
