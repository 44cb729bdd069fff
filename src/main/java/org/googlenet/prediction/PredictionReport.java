package org.googlenet.prediction;

import java.util.List;
import org.googlenet.prepare.Omissions;

/**
 * What a job has made.
 *
 * @param location of the predictions: all parts below it are read as one table
 * @param kind of the data: {@code data set}, {@code images}, {@code list} or {@code shards}
 * @param rows one for each record
 * @param unreadable how many of them have an error in place of classes
 * @param parts objects with rows
 * @param finishedBefore how many of them earlier jobs had finished
 * @param bytes of the parts
 * @param firstUnreadable a line for each of the first unreadable records
 * @param omissions what lies beside the data
 */
public record PredictionReport(
    String location,
    String kind,
    long rows,
    long unreadable,
    int parts,
    int finishedBefore,
    long bytes,
    List<String> firstUnreadable,
    Omissions omissions) {

  public PredictionReport {
    firstUnreadable = List.copyOf(firstUnreadable);
  }
}
