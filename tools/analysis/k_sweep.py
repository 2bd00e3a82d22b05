from rtfm_mmaction.workshop.cli.k_sweep import main

if __name__ == '__main__':
    raise SystemExit(main())
