// A QR code, dark on light whatever the theme: that is what cameras look for.
import encodeQR from "qr";
import { useMemo } from "react";
import "./qr-code.css";

// Modules of light that a reader needs on every side (ISO/IEC 18004, 6.3.8).
const quietZone = 4;

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

export function QrCode({ text, label }: QrCodeProps) {
  const { size, path } = useMemo(() => drawn(text), [text]);
  return (
    <svg className="qr-code" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`}>
      <path d={path} shapeRendering="crispEdges" />
    </svg>
  );
}

/** One path for all dark modules: each row's runs, as bars of height one. */
function drawn(text: string): { readonly size: number; readonly path: string } {
  const rows = encodeQR(text, "raw", { border: quietZone });
  const bars = rows.flatMap((row, y) =>
    row.flatMap((isDark, x) => {
      if (!isDark || row[x - 1]) return [];
      const end = row.indexOf(false, x);
      const length = (end === -1 ? row.length : end) - x;
      return `M${x} ${y}h${length}v1h-${length}z`;
    }),
  );
  return { size: rows.length, path: bars.join("") };
}
