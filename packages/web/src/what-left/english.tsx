// Declarations are part of the protocol: whatever language the screens are in, they are read and laid out as English.
export function English({ children }: { readonly children: string }) {
  return (
    <bdi lang="en" dir="ltr">
      {children}
    </bdi>
  );
}
