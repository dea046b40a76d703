package dev.gnomon.local.manifests;

import java.util.List;
import java.util.stream.Stream;

/// Something that objects which are applied together have to hold.
@FunctionalInterface
interface Rule {
  /// @return a sentence for each way in which they don't: the object, what was expected, what was
  ///   found
  Stream<String> broken(List<KubeObject> objects);

  /// What holds for plain files too, before an overlay pins images and adds the catalogue.
  static Rule ofFiles() {
    return all(
        new SchemaRule(), new TriggerRule(), new TokenRule(), new PodRule(), new LocalBrokerRule());
  }

  static Rule ofOverlays() {
    return all(ofFiles(), new ReferenceRule(), new ImageRule(), new NetworkRule());
  }

  private static Rule all(Rule... rules) {
    return objects -> Stream.of(rules).flatMap(rule -> rule.broken(objects));
  }
}
