/** The process of a command: Spark's start, what it needs of this machine, and how it ends. */
package org.googlenet.app.process;
