from rtfm_mmaction.cli.i3d_nonlocal import main

if __name__ == '__main__':
    main()
