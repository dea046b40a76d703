/// What `local-dev/admission` refuses before it touches a cluster, and what it takes away when it
/// ends. The cluster is a kubectl of the test that says what is there and writes down what it is
/// asked.
@NullMarked
package dev.gnomon.local.admission;

import org.jspecify.annotations.NullMarked;
