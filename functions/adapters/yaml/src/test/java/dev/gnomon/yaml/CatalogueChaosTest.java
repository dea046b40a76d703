package dev.gnomon.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.ChaosPolicy;
import dev.gnomon.core.ids.CellName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueChaosTest {
  @TempDir Path directory;

  private CatalogueFile.Loaded load(String chaos) throws IOException {
    Path file = directory.resolve("gnomon.yaml");
    Files.writeString(file, "cells:\n  - name: east\n  - name: west\n" + chaos);
    return CatalogueFile.load(file);
  }

  private ChaosPolicy policy(String chaos) throws IOException {
    return ((CatalogueFile.Loaded.Valid) load(chaos)).catalogue().policies().chaos();
  }

  @Test
  void experimentsAreNotAllowedUnlessTheFileSaysSo() throws Exception {
    assertThat(policy("").allowed()).isFalse();
    assertThat(policy("chaos: {}\n").allowed()).isFalse();
    assertThat(policy("chaos: { cells: [east] }\n").allows(new CellName("east"))).isFalse();
    assertThat(policy("chaos: { allowed: true }\n").allows(new CellName("east"))).isTrue();
    assertThat(policy("chaos: { allowed: true, cells: [east] }\n"))
        .isEqualTo(new ChaosPolicy(true, List.of(new CellName("east"))));
  }

  @Test
  void mistakesAreNamedWithTheirPlace() throws Exception {
    assertThat(load("chaos: { allowed: yes please }\n").toString())
        .contains("chaos.allowed: expected true or false, found 'yes please'");
    assertThat(load("chaos: { allowed: true, cells: [est] }\n").toString())
        .contains("gnomon.yaml:4:33")
        .contains("chaos.cells[0]: unknown cell 'est'");
    assertThat(load("chaos: { alowed: true }\n").toString()).contains("did you mean 'allowed'?");
  }
}
