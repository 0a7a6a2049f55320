/** Fields that each end in NUL. */
export function fieldsOf(bytes: Uint8Array): readonly Buffer[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Buffer[] = [];
  let at = 0;
  for (let end = buffer.indexOf(0); end >= 0; end = buffer.indexOf(0, at)) {
    fields.push(buffer.subarray(at, end));
    at = end + 1;
  }
  return fields;
}
