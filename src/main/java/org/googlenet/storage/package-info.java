/**
 * Named byte streams in files, HDFS and S3: whole or absent, created once or not at all, and tried
 * again until a deadline.
 */
package org.googlenet.storage;
